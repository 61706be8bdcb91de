"""Description -> plan -> simulator -> recording: networks of populations and connections."""
