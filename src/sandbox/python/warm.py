"""Runs once, before the snapshot is taken: what solutions import most is already there, and asyncio works."""

import asyncio
import sys

import abc, base64, bisect, calendar, collections, contextlib, copy, csv, dataclasses, datetime, decimal, difflib, enum
import fractions, functools, hashlib, heapq, html, inspect, io, itertools, json, math, numbers, operator, os, pprint
import queue, random, re, statistics, string, textwrap, threading, time, traceback, typing, unicodedata, uuid, warnings
import _strptime


class Loop(asyncio.BaseEventLoop):
    """An event loop without sockets, in which nobody waits: with nothing to run, its clock jumps to the next timer."""

    def __init__(self):
        super().__init__()
        self._ahead = 0.0
        self._selector = self

    def time(self):
        return super().time() + self._ahead

    def select(self, timeout):
        if timeout is None:
            raise RuntimeError("nothing is left that could wake the event loop")
        self._ahead += max(0.0, timeout)
        return ()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass


class Policy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = Loop


asyncio.events._event_loop_policy = Policy()
# Pyodide's own loop counts as running all the time, and asyncio.run would refuse.
asyncio._set_running_loop(None)

# Solutions have no business with JavaScript. This is tidiness: the boundary is the child process's.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "JsFinder"]
for name in ("js", "pyodide_js"):
    sys.modules.pop(name, None)
