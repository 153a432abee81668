"""Which lanes a judge can use."""

from evalplatform.common.errors import Invalid
from judges.models import Judge, Lane
from judges.providers.capabilities import Endpoint, find_capabilities


def check_lane(judge: Judge, lane: str) -> None:
    """Raises Invalid where the judge's provider is not known to take batches."""
    if lane not in Lane.values:
        raise Invalid.at(f"must be one of {', '.join(Lane.values)}", field="lane")
    if lane == Lane.LIVE:
        return
    if judge.connection is None or judge.parameters.get("endpoint") == Endpoint.DECISIONS:
        raise Invalid.at("this judge can only be asked at once", field="lane")
    match find_capabilities(judge.connection, judge.model).batch:
        case False:
            raise Invalid.at("this provider takes no batches", field="lane")
        case None:
            raise Invalid.at(
                "whether this provider takes batches is not known: manage.py probe_connection finds it out",
                field="lane",
            )
