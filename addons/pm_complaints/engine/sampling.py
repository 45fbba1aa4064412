"""Who is asked: a random sample that has of each group as many as it is large."""

import random
from fractions import Fraction


def allocate(total, sizes, least=2):
    """Divide a sample over groups in proportion to their sizes.

    Rounded to whole people by the largest remainder, ties by the order of the names.
    Groups that would come out too small to say anything get ``least`` people, as far as
    they have them; the others give.

    :param int total: how many people are to be asked
    :param dict sizes: ``{group: people in it}``
    :param least: of each group at least so many, unless it is smaller or the sample is
        too small for it
    :return: ``{group: people to ask}``; sums to ``total``, or to all people where
        there are fewer
    """
    sizes = {group: size for group, size in sizes.items() if size > 0}
    people = sum(sizes.values())
    total = max(0, min(total, people))
    if not total:
        return dict.fromkeys(sizes, 0)
    floors = dict.fromkeys(sizes, 0)
    if sum(min(least, size) for size in sizes.values()) <= total:
        floors = {group: min(least, size) for group, size in sizes.items()}
    shares = {group: Fraction(total * size, people) for group, size in sizes.items()}
    given = {group: max(floors[group], int(share)) for group, share in shares.items()}
    # what is left is handed out, or what is too much is taken, one by one: where the
    # group is furthest from its share
    names = sorted(sizes, key=str)
    while (missing := total - sum(given.values())) != 0:
        step = 1 if missing > 0 else -1
        open_to_it = [
            group
            for group in names
            if (
                given[group] < sizes[group]
                if step > 0
                else given[group] > floors[group]
            )
        ]
        group = max(open_to_it, key=lambda group: step * (shares[group] - given[group]))
        given[group] += step
    return given


def draw(groups, total, seed, least=2):
    """Draw a stratified sample; the same seed draws the same people.

    :param dict groups: ``{group: ids of the people in it}``; who is in several groups
        must have been put into one
    :param int seed: kept with the sample, so that anybody can draw it again
    :return: ``{group: ids drawn, sorted}``
    """
    people = {group: sorted(ids) for group, ids in groups.items()}
    wanted = allocate(total, {group: len(ids) for group, ids in people.items()}, least)
    chance = random.Random(seed)  # noqa: S311  (a draw that can be repeated)
    return {
        group: sorted(chance.sample(people[group], wanted.get(group, 0)))
        for group in sorted(people, key=str)
    }
