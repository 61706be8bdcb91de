"""A network in a notebook: its rows, its ends, and the user's text escaped."""

from __future__ import annotations

from xml.etree import ElementTree

from loihi_emu import LIF, Dense, LearningRule, Network, SpikeSource, Trace


def _rows(network: Network) -> list[list[list[str]]]:
    """Cells of each table, as an XML parser reads them: unescaped text would not parse."""
    page = ElementTree.fromstring(network._repr_html_())
    return [
        [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
        for table in page.iter("table")
    ]


def test_rows_name_ends_sizes_and_rule() -> None:
    net = Network()
    source, cells = net.add(SpikeSource([[1, 0]], name="in")), net.add(LIF(3, name="a<b&c"))
    rule = LearningRule(dw="x1*y0", x1=Trace(16, 10))
    net.add(Dense(source, cells, 6, rule=rule, name="plastic"))
    net.add(Dense(cells, cells, 1))
    populations, connections = _rows(net)
    assert [(row[0], row[1], row[3]) for row in populations[1:]] == [
        ("0", "in", "2"),
        ("1", "a<b&c", "3"),
    ]
    assert connections[1:] == [
        ["plastic", "0 in", "1 a<b&c", "6", "dw = x1*y0"],
        ["Dense", "1 a<b&c", "1 a<b&c", "9", "static"],
    ]


def test_an_empty_network_has_a_summary_and_no_table() -> None:
    assert _rows(Network()) == []
    assert "0 neurons in 0 populations" in Network()._repr_html_()
