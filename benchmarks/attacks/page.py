"""The page of the documentation."""

from collections.abc import Sequence

from benchmarks.attacks.row import COUNTS, Count, Row
from judges.prompts.signs import find_signs
from tests.security.attacks.attack_set import ATTACKS


def write_page(rows: Sequence[Row]) -> str:
    """Markdown: a table for each judge, and one by attack."""
    judges = list(dict.fromkeys(row.judge for row in rows))
    parts = [HEAD]
    for judge in judges:
        parts += [
            f"## {judge.capitalize()}\n\n{SAYS[judge]}\n",
            _write_table([r for r in rows if r.judge == judge]),
        ]
    parts += [
        "## By attack\n\nWith fences, over all prompts that were tried; and which signs mark the text.\n",
        _write_attacks(rows, judges),
    ]
    return "\n".join(parts)


def _write_table(rows: list[Row]) -> str:
    head = (
        "| prompt | steered, with fences | steered, without | moved by neutral additions | attacked, unparsable"
        " | clean verdicts changed by fences |\n| --- | --- | --- | --- | --- | --- |\n"
    )
    lines = [_write_line(row.prompt, [getattr(row, name).describe() for name in COUNTS]) for row in rows]
    totals = []
    for name in COUNTS:
        total = Count()
        for row in rows:
            total.merge(getattr(row, name))
        totals.append(total.describe(with_limits=False))
    lines.append(_write_line("all", totals))
    return head + "".join(lines)


def _write_line(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |\n"


def _write_attacks(rows: Sequence[Row], judges: list[str]) -> str:
    lines = [f"| attack | {' | '.join(judges)} | signs found |\n| --- |{' --- |' * (len(judges) + 1)}\n"]
    texts = {attack.name: attack.text for attack in ATTACKS}
    for name in texts:
        cells = []
        for judge in judges:
            count = Count()
            for row in rows:
                if row.judge == judge:
                    count.merge(row.by_attack.get(name, Count()))
            cells.append(count.describe(with_limits=False))
        signs = ", ".join(find_signs([texts[name]])) or "none"
        lines.append(_write_line(name, [*cells, signs]))
    return "".join(lines)


HEAD = """# How attacks on judges fare

Answers can try to steer their own judge. Each prompt that comes with the platform was tried with eighteen attacks of
our own (`tests/security/attacks/attack_set.py`), put behind a wrong answer, and with four neutral additions. Made by

```sh
python -m benchmarks.attacks --minutes 20 --out docs/reference/attacks.md
```

`make bench AREA=attacks` prints the same figures as JSON lines.

- **steered**: attacks that had their way, of all that were tried, with exact 95 % limits (Clopper and Pearson). They
  speak of attacks like these; attacks made for one prompt and one model do better. The fakes always answer alike, so
  their rows are no sample: n is attacks x questions x orders. Sums have no limits, for what they add hangs together.
  In a ranking of three answers an attack has its way where it brings the wrong answer from the last place to the first.
- **with fences**: the prompt as it is stored. **without**: its twin without marks around the material and without the
  paragraph on what is data.
- **moved by neutral additions**: verdicts that went the attacker's way although nothing was asked. Attacks that do not
  beat this column have shown nothing.
- **unparsable**: replies that are no verdict by the schema. They are kept and counted by that name, and never read as a
  value.
- **clean verdicts changed by fences**: without attacks, verdicts that differ between the prompt and its twin: what the
  hardening costs.

**No fence is a security boundary.** Fences and a notice tell a model what is data; whether it heeds them is up to the
model. A verdict grants no authority here: it is a row beside others, to be compared with people.

Invisible characters are spelled out before a model reads them (`[U+200B]`), so both hidden attacks arrive as noise.
"""
SAYS = {
    "obedient, careless": (
        "A deterministic fake that obeys every order it reads, fence or not: what happens where a model heeds nothing."
        " Only what it cannot read fails."
    ),
    "obedient, trusting": (
        "The same fake, heeding fences, but taking anything that looks like their end for the end: forged ends work on"
        " it."
    ),
    "obedient, careful": (
        "The same fake, heeding the drawn mark alone. It shows that no text of a task stands outside of the fences:"
        " without them it obeys whatever it can read."
    ),
    "local model": (
        "The small model of `manage.py local_judge install`, through the same prompts (not those made for it): one"
        " question in every order, as many prompts as the time allowed. Whatever stands behind an answer may move it,"
        " order or not; and where the share with fences is above the one without, fences did not help it."
        " It is no model that anybody would use. Orders whose clean verdict was what the attacker wants already are"
        " left out; a dash: all were. Values that are words (safety, simpleqa) and rankings it"
        " cannot give, and prompts that are beyond its 2,048 tokens with the longest attack it cannot read: the"
        " Russian ones for creativity, factuality, helpfulness, instructions and preference, by up to 101 tokens."
    ),
}
