"""Which days have to be counted anew."""


def note_days(days):
    pass


def count_stale():
    pass
