"""What a forked child has of its parent: no lock that a thread holds, no connection, no file lock."""

from __future__ import annotations

import subprocess
import sys

from pulumi_ivschat import forks

IN_THREADS = """
import os, sys, threading, warnings
warnings.simplefilter("ignore")  # newer Pythons warn of a fork beside threads

def in_thread(context):
    '''Hold *context* in a thread until this process ends.'''
    held = threading.Event()
    def hold():
        with context:
            held.set()
            threading.Event().wait()
    threading.Thread(target=hold, daemon=True).start()
    held.wait()

def forked(work):
    '''Run *work* in a child, and in a child of that child; print what each of them ended with.'''
    for generation in (1, 2):
        child = os.fork()
        if child:
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os.write(1, f"{generation} {code}\\n".encode())
            return
        work()
    sys.exit()
"""


def run(code: str) -> list[str]:
    """Run code in a fresh interpreter; return the lines that it printed, sorted."""
    command = [sys.executable, "-c", IN_THREADS + code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    assert done.stderr == ""
    return sorted(done.stdout.splitlines())


def test_a_process_is_distinguished_from_its_parent_and_from_its_child() -> None:
    assert forks.process() == forks.process()

    code = """
from pulumi_ivschat import forks
seen = {forks.process(), (os.getpid(), 1), (os.getpid(), 2)}
def work():
    assert forks.process() not in seen
    seen.add(forks.process())
    seen.add((os.getpid(), forks.process()[1] + 1))
forked(work)
"""
    assert run(code) == ["1 0", "2 0"]


def test_a_lock_that_a_thread_holds_is_free_in_a_child() -> None:
    code = """
from pulumi_ivschat import forks
lock = forks.Lock()
in_thread(lock)
def work():
    with lock: os.write(1, b"free\\n")
forked(work)
"""
    assert run(code) == ["1 0", "2 0", "free", "free"]


def test_a_lock_that_the_forking_thread_holds_is_released_in_parent_and_child() -> None:
    code = """
from pulumi_ivschat import forks
lock = forks.Lock()
with lock:
    child = os.fork()
with lock:
    os.write(1, b"released in parent\\n" if child else b"released in child\\n")
if child:
    os.waitpid(child, 0)
"""
    assert run(code) == ["released in child", "released in parent"]


def test_a_lock_keeps_threads_apart() -> None:
    code = """
from pulumi_ivschat import forks
lock = forks.Lock()
counts = [0]
def count():
    for _ in range(2000):
        with lock:
            before = counts[0]
            os.getppid()
            counts[0] = before + 1
threads = [threading.Thread(target=count) for _ in range(4)]
sys.setswitchinterval(1e-6)
for thread in threads: thread.start()
for thread in threads: thread.join()
print(counts[0])
"""
    assert run(code) == ["8000"]


def test_a_fork_waits_for_an_import_that_it_would_leave_half_done() -> None:
    code = """
import time
from pulumi_ivschat.aws import client
started = threading.Event()
def load():
    started.set()
    client.load_sdk()
threading.Thread(target=load).start()
started.wait()
while "botocore" not in sys.modules:
    time.sleep(0.001)
def work():
    import botocore.session
forked(work)
"""
    assert run(code) == ["1 0", "2 0"]


def test_a_fork_waits_for_all_threads_that_put_it_off_at_once() -> None:
    code = """
import time
from pulumi_ivschat import forks
ended = []
together = threading.Barrier(3)
def act():
    with forks.postponed():
        with forks.postponed():
            together.wait(20)
        time.sleep(0.3)
        ended.append(1)
for _ in range(2): threading.Thread(target=act).start()
together.wait(20)
forked(lambda: os.write(1, f"{len(ended)} ended\\n".encode()))
"""
    assert run(code) == ["1 0", "2 0", "2 ended", "2 ended"]


def test_threads_that_take_turns_do_not_put_a_fork_off_forever() -> None:
    code = """
import time
from pulumi_ivschat import forks
forks.LONGEST_WAIT = 60
def act():
    while True:
        with forks.postponed(): time.sleep(0.05)
for _ in range(8): threading.Thread(target=act, daemon=True).start()
time.sleep(0.2)
began = time.monotonic()
def work():
    with forks.postponed(): os.write(1, f"{time.monotonic() - began < 20}\\n".encode())
forked(work)
os._exit(0)
"""
    assert run(code) == ["1 0", "2 0", "True", "True"]


def test_a_block_that_forks_ends_in_parent_and_child() -> None:
    code = """
from pulumi_ivschat import forks
with forks.postponed():
    child = os.fork()
for _ in range(2):
    with forks.postponed(): pass
os.write(1, b"ended in parent\\n" if child else b"ended in child\\n")
if child:
    os.waitpid(child, 0)
"""
    assert run(code) == ["ended in child", "ended in parent"]


def test_a_child_can_put_a_fork_off_also_if_its_own_fork_waited_in_vain() -> None:
    code = """
import signal
from pulumi_ivschat import forks
forks.LONGEST_WAIT = 0.01
in_thread(forks.postponed())
def work():
    signal.alarm(20)
    with forks.postponed():
        pass
forked(work)
"""
    assert run(code) == ["1 0", "2 0"]


def test_a_child_ends_also_if_a_thread_of_its_parent_was_at_a_connection_pool() -> None:
    code = """
import urllib3
pool = urllib3.HTTPConnectionPool("127.0.0.1")
from pulumi_ivschat import forks
in_thread(pool.pool.mutex)
forked(lambda: None)
os._exit(0)  # the parent's own thread never lets go
"""
    assert run(code) == ["1 0", "2 0"]
