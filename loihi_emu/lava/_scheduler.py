"""Calls of process models, one at a time, each on a thread of its own only where it has to wait.

A call that finds nothing to receive is parked and another goes on: whoever runs leads, and hands
the lead to a parked call that can go on. So models may send and receive in any order, and the
result does not depend on which thread runs what. Where all wait for ever, that is an error.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any, Final

from loihi_emu.lava._refusals import RunError

Ready = Callable[[], Any]
Call = Callable[[], None]

_POLL_SECONDS: Final = 0.0005


class Cancelled(BaseException):
    """Unwinds a parked call that will never go on; no `except Exception` of a model stops it."""


class _Parked:
    """A call that waits.

    Parameters
    ----------
    ready : callable
        Whether it can go on.
    what : str
        What it waits for, for messages.
    outside : bool
        Whether something outside of the models can make it ready.
    """

    def __init__(self, ready: Ready, what: str, *, outside: bool) -> None:
        self.ready, self.what, self.outside = ready, what, outside
        self.lock = Lock()
        self.lock.acquire()
        self.cancelled = False


@dataclass
class Batch:
    """Calls that belong together.

    Parameters
    ----------
    left : int
        How many have not returned.
    """

    left: int


class Scheduler:
    """Runs calls to their ends; of all its threads one runs at a time.

    Attributes
    ----------
    may_end : bool
        Whether calls that wait for ever are ended without an error.
    """

    def __init__(self) -> None:
        self._calls: deque[tuple[Call, Batch]] = deque()
        self._apart: deque[tuple[Call, Batch]] = deque()
        self._parked: list[_Parked] = []
        self._free: list[Lock] = []
        self._threads: list[Thread] = []
        self._ended = False
        self._error: BaseException | None = None
        self.may_end = False

    def begin(self) -> None:
        """Be ready for calls."""
        self._ended = self.may_end = False
        self._error = None

    def spawn(self, calls: Iterable[Call], *, apart: bool = False) -> Batch:
        """Calls to be run by whoever leads; those `apart` on threads of their own."""
        new = list(calls)
        batch = Batch(len(new))
        (self._apart if apart else self._calls).extend((call, batch) for call in new)
        return batch

    def finish(self, batch: Batch) -> None:
        """Run calls until all of a batch have returned.

        Raises
        ------
        BaseException
            What a call raised first, when all others have returned or waited in vain.
        """
        self.lead(lambda: batch.left == 0)
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def end(self) -> None:
        """Let all threads return; parked calls are cancelled."""
        self._ended = True
        self._calls.clear()
        self._apart.clear()
        for one in self._parked:
            one.cancelled = True
            one.lock.release()
        self._parked.clear()
        for lock in self._free:
            lock.release()
        self._free.clear()
        # a later run must not find threads of this one
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def wait(self, ready: Ready, what: str, *, outside: bool = False) -> None:
        """Park the running call until `ready()`; others run meanwhile.

        Raises
        ------
        Cancelled
            It will never be.
        """
        if self._ended:
            raise Cancelled
        mine = _Parked(ready, what, outside=outside)
        self._parked.append(mine)
        if not self._hand_on():
            self._let_lead()
        mine.lock.acquire()
        if mine.cancelled:
            raise Cancelled

    def _let_lead(self) -> None:
        """Let a thread lead that has nothing else to do."""
        if self._free:
            self._free.pop().release()
            return
        thread = Thread(target=self._serve, name="loihi-emu models", daemon=True)
        self._threads.append(thread)
        thread.start()

    def lead(self, until: Ready) -> None:
        """Run calls and hand the lead to parked ones, until `until()`."""
        while not until() and not self._ended:
            if self._apart:
                mine = _Parked(_always, "", outside=False)
                self._parked.append(mine)
                self._let_lead()
                mine.lock.acquire()
            elif self._calls:
                self._call(*self._calls.popleft())
            elif any(one.ready() for one in self._parked):
                mine = _Parked(until, "", outside=False)
                self._parked.append(mine)
                self._hand_on()
                mine.lock.acquire()
                if mine.cancelled:
                    return
            else:
                self._stuck()

    def _serve(self) -> None:
        """Lead whenever somebody parks and no other thread is free."""
        mine = Lock()
        mine.acquire()
        while not self._ended:
            if self._apart:
                self._call(*self._apart.popleft())
            elif self._calls:
                self._call(*self._calls.popleft())
            elif any(one.ready() for one in self._parked):
                self._free.append(mine)
                self._hand_on()
                mine.acquire()
            else:
                self._stuck()

    def _hand_on(self) -> bool:
        """Hand the lead to the first parked call that can go on, if no call waits to begin."""
        if self._calls:
            return False
        for one in self._parked:
            if one.ready():
                self._parked.remove(one)
                one.lock.release()
                return True
        return False

    def _call(self, call: Call, batch: Batch) -> None:
        """One call; after an error the others are cancelled."""
        try:
            if self._error is None:
                call()
        except Cancelled:
            pass
        except BaseException as error:
            if self._error is None:
                self._error = error
        finally:
            batch.left -= 1
            if self._error is not None:
                self._cancel()

    def _stuck(self) -> None:
        """Nothing can go on: wait for the outside, or end the calls that wait for ever."""
        if any(one.outside for one in self._parked):
            time.sleep(_POLL_SECONDS)
            return
        waits = [one.what for one in self._parked if one.what]
        if not waits:
            return
        if self._error is None and not self.may_end:
            self._error = RunError(
                f"all wait for ever: {'; '.join(waits)}. In Lava this run hangs; send what is "
                "received, in every step"
            )
        self._cancel()

    def _cancel(self) -> None:
        """Make parked calls, but not those that lead, ready to end."""
        for one in self._parked:
            if one.what:
                one.cancelled, one.ready = True, _always


def _always() -> Any:
    """Ready."""
    return True
