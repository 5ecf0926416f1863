"""What a hostile process in the sandbox does: exchanges two paths with one another, again and again.

Arguments: the two paths and a number. Prints a line after so many exchanges, goes on until its stdin
ends, and prints how many it made in all. Between two it rests for up to 0.2 ms, so that each of the two
is there for long enough to be taken for the one that stays.
"""
import ctypes
import os
import random
import select
import sys
import time

AT_FDCWD, RENAME_EXCHANGE = -100, 2
libc = ctypes.CDLL(None, use_errno=True)
one, other, enough = sys.argv[1].encode(), sys.argv[2].encode(), int(sys.argv[3])
count = 0
while not (count > enough and count % 100 == 0 and select.select([sys.stdin], [], [], 0)[0]):
    if libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    count += 1
    if count == enough:
        print("enough", flush=True)
    time.sleep(random.random() * 0.0002)
# What was there first is there again.
if count % 2:
    libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE)
print(count, flush=True)
