"""Opens the header of each envelope and hands it to the room that takes its kind.

actions.take_in(envelope)            what the worker passes to handover.reaching.pull_once
actions.try_again() -> int           takes in what was kept aside and can be taken now (after an upgrade)
lookups.kept_aside() -> int          how many envelopes nobody could take: an alarm while it is not 0
"""
