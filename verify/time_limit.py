"""A limit on the time of an oracle, by the alarm clock of the operating system."""

import signal
import threading
from contextlib import contextmanager


class OutOfTime(BaseException):
    """The time is up. No `Exception`, so that nothing on the way takes it for an ordinary failure and goes on."""


@contextmanager
def at_most(seconds):
    """Raise `OutOfTime` in the body once `seconds` have passed.

    The alarm is heard between two bytecodes, hence after a call into a library has returned. Only the main thread of a
    process can hear it, and only where the operating system has it: elsewhere, and under another alarm, there is no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer") or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    def ring(number, frame):
        raise OutOfTime(f"no answer within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
