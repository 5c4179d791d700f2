"""Processes, their CPU time and their memory, from /proc."""
import os

TICK = os.sysconf("SC_CLK_TCK")


def tree(pid):
    """A process and all its descendants."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            parent = int(open(f"/proc/{name}/stat").read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu(pids):
    """CPU seconds used so far, with those of children that have ended."""
    total = 0
    for pid in pids:
        try:
            fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / TICK


def busy():
    """CPU seconds that the whole machine was busy since it started."""
    fields = list(map(int, open("/proc/stat").readline().split()[1:9]))
    return (sum(fields) - fields[3] - fields[4]) / TICK


def resident(pids):
    """Resident memory in MB."""
    total = 0
    for pid in pids:
        try:
            lines = open(f"/proc/{pid}/status").read().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return total / 1024


class Meter:
    """CPU of two groups of processes and of everybody else, between its start and `stop`."""

    def __init__(self, application, database):
        self.groups = application, database
        self.start = self.now()

    def now(self):
        own = os.times()
        # Our own time and that of commands that have ended is neither a group's nor a stranger's.
        return cpu(self.groups[0]), cpu(self.groups[1]), sum(own[:4]), busy(), own.elapsed

    def stop(self):
        """(application, database, others) in CPU seconds, and the seconds that went by."""
        app, database, own, machine, wall = (b - a for a, b in zip(self.start, self.now()))
        return app, database, max(0.0, machine - app - database - own), wall
