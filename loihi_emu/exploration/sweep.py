"""`loihi_emu.sweep`: parameters, seeds and metrics of a description -> a table of results.

Variants are dealt into tasks, which depend on the sweep alone; tasks run wherever they may, and
each lands in the store when it is done.
Example: `sweep(net, {"plastic.x1_tau": [5, 10, 20]}, 8, {"weight": "mean(plastic.weights)"},
steps=1000)`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from loihi_emu.chip.machines import Machine
from loihi_emu.description.network import Network
from loihi_emu.description.validation import instance_of, whole_number
from loihi_emu.errors import ParameterError
from loihi_emu.exploration.cluster import cluster
from loihi_emu.exploration.description import Description, source_of
from loihi_emu.exploration.executors import Executor, here, processes
from loihi_emu.exploration.guided import Search
from loihi_emu.exploration.metrics import Metrics
from loihi_emu.exploration.run import Progress, SweepRun
from loihi_emu.exploration.space import checked_seeds
from loihi_emu.exploration.table import SweepTable
from loihi_emu.exploration.task import Work

_LAST_STEP: Final = 2**31 - 1


def sweep(
    description: Network | Callable[..., Network],
    parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    seeds: int | Iterable[int],
    metrics: Mapping[str, Any] | Callable[..., Any],
    *,
    steps: int,
    machine: Machine | str = "LOIHI",
    mode: str = "fixed_pt",
    record: Iterable[str] = (),
    search: Search | None = None,
    store: str | os.PathLike[str] | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    variants_per_task: int | None = None,
    progress: Progress | None = None,
) -> SweepTable:
    """Run a network with many parameters and seeds; keep metrics of each run.

    A variant has the bits of a simulator of its own with the same numbers, whatever ran it.
    Variants that share a structure run in one batched call.

    Parameters
    ----------
    description : Network or function
        A network; or a function that returns one. Its arguments are then parameters too, and an
        argument `seed` is given the variant's seed.
    parameters : mapping of str to values, or list of mappings
        Values by name. A list of values is one axis of a grid. A range
        `{"low": 1, "high": 64, "log": True, "integer": True}` is for a search. A list of mappings
        lists the variants themselves. Names:

        * `NAME.FIELD`, of an item of the network: `plastic.x1_tau`, `plastic.dw`,
          `plastic.t_epoch`, `plastic.rule`, `plastic.weights`, `plastic.num_weight_bits`,
          `cells.vth`, `cells.du`, ...
        * `machine`, `machine.FIELD` such as `machine.decay_bits`, `mode`;
        * an argument of the function.
    seeds : int or list of int
        Seeds of every set of parameters; a number n means 0 .. n - 1.
    metrics : mapping of str to text or function, or one function
        What is kept. A text: `mean`, `std`, `min`, `max`, `sum` or `final` of a variable's last
        sample, such as `mean(plastic.weights)`; `count`, `counts` or `rate` of spikes, such as
        `rate(cells.spikes)`. A function takes an `Outcome` and returns a number or an array; one
        function for all returns a mapping.
    steps : int
        Time steps of each run, 1..2^31 - 1.
    machine : Machine or str
    mode : {'fixed_pt', 'floating_pt'}
    record : list of str
        What functions among the metrics read: `plastic.weights`, `cells.v every 10`.
    search : Search, optional
        Run some sets of parameters and not a whole grid: at random, or guided by Optuna.
    store : path, optional
        A folder for the results, written as they come. The same sweep on the same folder goes on
        where it ended.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers then run the tasks.
    workers : int, optional
        Processes of this machine. By default this process runs one task after another, each on all
        processors; processes gain where many rules are compiled, or where metrics take long.
    variants_per_task : int, optional
        Variants that a worker gets at a time; by default 32 to 1,024, by how many there are. No
        result depends on it. A store keeps what it was begun with.
    progress : callable, optional
        Called with (variants done, variants in all).

    Returns
    -------
    SweepTable
        One row a variant.

    Raises
    ------
    ParameterError, UnknownNameError
        Something is not allowed. Ends of ranges and values of lists are tried before anything runs.
    FileError
        The store cannot be used.
    WorkerError
        Workers die again and again, or the scheduler is lost.
    MissingExtraError
        A store, processes, a cluster or a guided search need `pip install 'loihi-emu[sweep]'`.

    Examples
    --------
    >>> import loihi_emu as le
    >>> net = le.Network()
    >>> pre = net.add(le.SpikeSource([[1], [0], [0]]))
    >>> post = net.add(le.SpikeSource([[0], [0], [1]]))
    >>> rule = le.LearningRule(dw="x1*y0", x1=le.Trace(16, 10))
    >>> plastic = net.add(le.Dense(pre, post, 0, rule=rule, name="plastic"))
    >>> metrics = {"weight": "mean(plastic.weights)"}
    >>> table = le.sweep(net, {"plastic.x1_tau": [1, 100]}, 1, metrics, steps=3, machine="LAVA")
    >>> table["plastic.x1_tau"].tolist(), table.n_rows
    ([1, 100], 2)
    """
    whole_number("steps", steps, (1, _LAST_STEP))
    work = Work(Description(description, machine, mode), Metrics(metrics, record))
    if search is not None:
        instance_of("search", search, Search, "a Search or None")
    if variants_per_task is not None:
        whole_number("variants_per_task", variants_per_task, (1, 1 << 20))
    if progress is not None and not callable(progress):
        raise ParameterError(f"progress is {progress!r:.60}; allowed: a function or None")
    run = SweepRun(
        work, parameters, checked_seeds(seeds), steps, search, variants_per_task,
        _executor(scheduler, workers), progress,
    )  # fmt: skip
    run.open(store, _metrics_source(metrics, record))
    return run.table()


def _executor(scheduler: str | None, workers: int | None) -> Executor:
    """Where tasks run."""
    if scheduler is not None:
        if workers is not None:
            raise ParameterError("scheduler and workers are given; allowed: one of them")
        instance_of("scheduler", scheduler, str, "an address such as 'tcp://127.0.0.1:8786'")
        return cluster(scheduler)
    if workers is None:
        return here
    return processes(whole_number("workers", workers, (1, 4096)))


def _metrics_source(metrics: Any, record: Iterable[str]) -> dict[str, Any]:
    """Metrics as text, which two equal sweeps have in common."""
    if callable(metrics):
        named: Any = source_of(metrics)
    else:
        named = {k: source_of(one) if callable(one) else one for k, one in metrics.items()}
    return {"metrics": named, "record": list(record)}
