"""Several ways to make a workspace, measured in turn, so that a drift of the machine meets all alike."""


def turns(names, count, warm):
    """(name of the way, name of the workspace to make, does it count?), each way `count` times after `warm` for nothing."""
    for turn in range(count + warm):
        at = turn % len(names)
        for name in names[at:] + names[:at]:
            yield name, f"x{turn:03d}{'abcdefg'[names.index(name)]}", turn >= warm
