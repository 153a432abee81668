"""Money set aside before a call and settled after it, so that loops side by side cannot overrun a budget."""

from decimal import Decimal

from django.db.models import F

from judges.models import Run

MICRO = Decimal("1e-6")


def reserve_budget(*, run: Run, estimates: list[Decimal]) -> int:
    """Set aside the first estimates that fit into what is left; returns how many."""
    if run.budget is None:
        return len(estimates)
    while estimates:
        total = sum(estimates, Decimal(0))
        room = Run.objects.filter(pk=run.pk, budget__gte=F("spent") + F("reserved") + total)
        if room.update(reserved=F("reserved") + total):
            return len(estimates)
        estimates = estimates[: len(estimates) // 2]
    return 0


def settle_budget(*, run: Run, spent: Decimal, released: Decimal) -> None:
    """Book what calls cost, and let go of what had been set aside for them."""
    held = released if run.budget is not None else Decimal(0)
    if spent or held:
        Run.objects.filter(pk=run.pk).update(spent=F("spent") + spent, reserved=F("reserved") - held)


def has_reservations(run: Run) -> bool:
    """Whether calls are under way whose true cost may yet leave room."""
    return Run.objects.filter(pk=run.pk, reserved__gte=MICRO).exists()  # SQLite keeps binary fractions


def round_up(amount: Decimal) -> Decimal:
    """To the ledger's millionths; zero stays zero."""
    rounded = amount.quantize(MICRO)
    return rounded if rounded >= amount else rounded + MICRO
