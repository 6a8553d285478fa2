"""Memory that a training step frees stays with the process, for the next step.

By default the C library hands large freed blocks back to the system, and each step pays for fresh pages: for the
documents' LSTM 1,250 page faults a step, 3 of its 23 milliseconds.
"""

import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # the C library's numbers of these settings (malloc.h)


def keep_freed() -> bool:
    """Tell the C library to keep what is freed, up to blocks of 32 MB; return whether it could be told (glibc can)."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # another C library
        return False
    return bool(mallopt(TRIM_THRESHOLD, 1 << 30) and mallopt(MMAP_THRESHOLD, 32 << 20))
