"""People's votes on the units that a judge rated too, and what the judge gives to each value of a vote."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import Cells, gather_cells, sum_by
from evalplatform.agreement.table import RatingTable


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Votes:
    """Votes in the order of unit and person; a *pair* is a unit and a person who rated it.

    Attributes
    ----------
    cells : the same votes as the intervals need them
    unit_starts, pair_starts : first vote of each unit and of each pair
    rater, value, weight : (n,) of each vote
    credit : (n,) share of the judge's ratings of the unit that gave the value of the vote
    can_match : (n,) 1 where the value can equal another
    own : (n,) weight of all votes of the person for that value on that unit
    unit : (pairs,) place of each pair's unit
    """

    cells: Cells
    unit_starts: IntArray
    pair_starts: IntArray
    rater: IntArray
    value: IntArray
    weight: FloatArray
    credit: FloatArray
    can_match: FloatArray
    own: FloatArray
    unit: IntArray

    @property
    def person(self) -> IntArray:
        """Rater of each pair, (pairs,)."""
        return self.rater[self.pair_starts]

    @property
    def cluster(self) -> IntArray:
        """Cluster of each pair, (pairs,)."""
        return self.cells.cluster[self.unit]


def gather_votes(people: RatingTable, credit: FloatArray, units: BoolArray) -> Votes:
    """Gather the votes on some units.

    Parameters
    ----------
    people : ratings of the people alone
    credit : (n,) what the judge gives to the value of each of them
    units : mask over the table's units
    """
    cells = gather_cells(people, units, crossed=True)
    rows = np.flatnonzero(units[people.unit])
    rows = rows[np.lexsort((people.value[rows], people.rater[rows], people.unit[rows]))]
    unit, rater, value = people.unit[rows], people.rater[rows], people.value[rows]
    weight = np.ones(len(rows)) if people.weight is None else people.weight[rows]
    new_unit = _begins(unit)
    new_pair = new_unit | _begins(rater)
    run = np.cumsum(new_pair | _begins(value)) - 1
    places = np.cumsum(new_unit) - 1
    return Votes(
        cells=cells,
        unit_starts=np.flatnonzero(new_unit),
        pair_starts=np.flatnonzero(new_pair),
        rater=rater,
        value=value,
        weight=weight,
        credit=credit[rows],
        can_match=people.matchable[value].astype(np.float64),
        own=sum_by(run, weight, int(run.max(initial=-1)) + 1)[run],
        unit=places[new_pair],
    )


def judge_credit(judge: RatingTable, people: RatingTable) -> FloatArray:
    """Share of the judge's ratings of the unit that gave the value of each vote, (n,)."""
    size = max(len(people.categories), 1)
    weight = np.ones(len(judge)) if judge.weight is None else judge.weight
    total = sum_by(judge.unit, weight, len(people.units))
    keys, place = np.unique(judge.unit * size + judge.value, return_inverse=True)
    given = np.append(sum_by(place, weight, len(keys)), 0.0)
    asked = people.unit * size + people.value
    found = np.searchsorted(keys, asked)
    hit = np.append(keys, -1)[found] == asked
    share = np.zeros(len(people))
    np.divide(given[found], total[people.unit], out=share, where=hit)
    return share * people.matchable[people.value]


def constant_credit(people: RatingTable) -> FloatArray:
    """The same of a rater who names the value that most people gave the unit, leaders sharing one vote, (n,)."""
    size = max(len(people.categories), 1)
    weight = np.ones(len(people)) if people.weight is None else people.weight
    keys, place = np.unique(people.unit * size + people.value, return_inverse=True)
    given = sum_by(place, weight, len(keys)) * people.matchable[keys % size]
    most = np.zeros(len(people.units))
    np.maximum.at(most, keys // size, given)
    leads = (given >= most[keys // size] - 1e-9) & (given > 0)
    leaders = sum_by(keys // size, leads.astype(np.float64), len(people.units))
    share: FloatArray = leads / np.maximum(leaders[keys // size], 1.0)
    return share[place]


def count_people(people: RatingTable) -> IntArray:
    """How many different people rated each unit, (units,)."""
    pairs = np.unique(people.unit * max(len(people.raters), 1) + people.rater)
    return np.bincount(pairs // max(len(people.raters), 1), minlength=len(people.units))


def _begins(codes: IntArray) -> BoolArray:
    return np.concatenate([np.ones(min(len(codes), 1), dtype=np.bool_), codes[1:] != codes[:-1]])
