"""Who gets what at every address: one line a route, and a route without a line fails.

A line is `"route-name": row(GET=MEMBERS, POST=RESEARCHERS)`. Methods that are not named must be refused with 405.
Where an address holds a `public_id`, `of="run"` names the kind of thing it is (see `world.THINGS`).
What a policy promises everybody is in `expect`; what a foreign or made-up id gets needs no line: it is always 404.
"""

from dataclasses import dataclass
from enum import StrEnum

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Outcome(StrEnum):
    """What becomes of a request to one's own project."""

    ALLOWED = "allowed"  # the door is open; what happens behind it is for other tests
    DENIED = "denied"  # 403: may know of it, may not do this
    MISSING = "missing"  # 404, as if there were nothing
    STRANGER = "stranger"  # pages lead to signing in, the API says 401


class Principal(StrEnum):
    """Everybody who may knock. `ELSEWHERE` belongs to another project; all others to ours."""

    ANONYMOUS = "anonymous"
    RATER = "rater"
    RATER_ELSEWHERE = "rater elsewhere"
    RESEARCHER_ELSEWHERE = "researcher elsewhere"
    REVIEWER = "reviewer"
    RESEARCHER = "researcher"
    EXPIRED = "expired token"
    REVOKED = "revoked token"
    DEACTIVATED = "deactivated rater"
    ENDED = "ended membership"


P = Principal
STRANGERS = frozenset({P.ANONYMOUS, P.EXPIRED, P.REVOKED})
RATER_LIKE = frozenset({P.RATER, P.RATER_ELSEWHERE})
RESEARCHER_LIKE = frozenset({P.RESEARCHER, P.RESEARCHER_ELSEWHERE})
LIVE = frozenset(Principal) - STRANGERS
IN_PROJECT = LIVE - {P.ENDED}


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom a method lets in, and who among the others may know that there is a door."""

    allowed: frozenset[Principal]
    denied: frozenset[Principal] = frozenset()
    is_public: bool = False
    is_nowhere: bool = False

    def expect(self, who: Principal) -> Outcome:
        """What `who` gets in their own project."""
        if self.is_nowhere:
            return Outcome.MISSING
        if who in STRANGERS:
            return Outcome.ALLOWED if self.is_public else Outcome.STRANGER
        if who in self.allowed:
            return Outcome.ALLOWED
        return Outcome.DENIED if who in self.denied else Outcome.MISSING


PUBLIC = Policy(LIVE, is_public=True)
NOWHERE = Policy(frozenset(), is_nowhere=True)  # 404 for everybody
SIGNED_IN = Policy(LIVE)  # whoever has an account, member of something or not
HIDDEN = Policy(frozenset())  # 404 for whoever is signed in
STAFF = Policy(frozenset(), denied=IN_PROJECT)  # nobody here is staff
NOBODY_YET = Policy(frozenset(), denied=LIVE)
MEMBERS = Policy(IN_PROJECT)
RATING = Policy(IN_PROJECT - {P.DEACTIVATED}, denied=frozenset({P.DEACTIVATED}))  # members who may work
READERS = Policy(RESEARCHER_LIKE | {P.REVIEWER}, denied=RATER_LIKE | {P.DEACTIVATED})
RESEARCHERS = Policy(RESEARCHER_LIKE, denied=RATER_LIKE | {P.REVIEWER, P.DEACTIVATED})
FOUNDERS = Policy(RESEARCHER_LIKE, denied=LIVE - RESEARCHER_LIKE)  # who may make projects
OWN_ASSIGNMENT = Policy(RATER_LIKE, denied=frozenset({P.DEACTIVATED}))  # nobody sees a colleague's
OWN_QUERY = Policy(RATER_LIKE | {P.DEACTIVATED})  # who was paused may still say something


@dataclass(frozen=True, slots=True)
class Row:
    """The methods of one route, each with its policy."""

    methods: dict[str, Policy]
    of: str = ""


def row(*, of: str = "", **methods: Policy) -> Row:
    unknown = set(methods) - set(METHODS)
    if unknown:
        raise ValueError(f"no methods: {unknown}")
    return Row(methods, of)


def any_method(policy: Policy) -> Row:
    return Row(dict.fromkeys(METHODS, policy))


# By the name of the route; by its pattern where it has none.
MATRIX: dict[str, Row] = {
    "healthz": row(GET=PUBLIC),
    "readyz": row(GET=PUBLIC),
    "set_language": any_method(PUBLIC),
    "sign-in": row(GET=PUBLIC, POST=PUBLIC),
    "sign-in-by-link": row(GET=NOWHERE, POST=NOWHERE),
    "sign-in-code": row(GET=PUBLIC, POST=PUBLIC),
    "second-factor": row(GET=SIGNED_IN),
    "second-factor-begin": row(POST=SIGNED_IN),
    "second-factor-confirm": row(POST=SIGNED_IN),
    "second-factor-codes": row(POST=SIGNED_IN),
    "second-factor-off": row(POST=SIGNED_IN),
    "change-password": row(GET=SIGNED_IN, POST=SIGNED_IN),
    "choose-password": row(GET=NOWHERE, POST=NOWHERE),
    "join": row(GET=NOWHERE, POST=NOWHERE),
    "sign-out": row(POST=PUBLIC),
    "tokens": row(GET=SIGNED_IN, POST=SIGNED_IN),
    "token-revoke": row(of="token", POST=SIGNED_IN),
    "home": row(GET=SIGNED_IN),
    "project": row(GET=MEMBERS),
    "project-new": row(GET=FOUNDERS, POST=FOUNDERS),
    "profile": row(GET=SIGNED_IN, POST=SIGNED_IN),
    "api-own-languages": row(GET=SIGNED_IN, PUT=SIGNED_IN),
    "api-skills": row(GET=READERS),
    "api-needs": row(GET=READERS, PUT=RESEARCHERS),
    "api-rater-skills": row(of="rater", GET=READERS, PUT=RESEARCHERS),
    "member-skills": row(of="membership", POST=RESEARCHERS),
    "people": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "invitation-revoke": row(of="invitation", POST=RESEARCHERS),
    "member-role": row(of="membership", POST=RESEARCHERS),
    "member-remove": row(of="membership", POST=RESEARCHERS),
    "member-password": row(of="membership", POST=RESEARCHERS),
    "project-settings": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "needs": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "upload-new": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "upload": row(of="upload", GET=RESEARCHERS, POST=RESEARCHERS),
    "rate": row(GET=RATING),
    "rate-undo": row(POST=RATING),
    "rate-last": row(GET=RATING),
    "rate-again": row(of="annotation", GET=OWN_ASSIGNMENT),
    "rate-answer": row(of="assignment", POST=OWN_ASSIGNMENT),
    "rate-revise": row(of="assignment", POST=OWN_ASSIGNMENT),
    "rate-skip": row(of="assignment", POST=OWN_ASSIGNMENT),
    "rate-keep": row(of="assignment", POST=OWN_ASSIGNMENT),
    "rate-ahead": row(of="assignment", POST=OWN_ASSIGNMENT),
    "rate-leave": row(of="assignment", POST=OWN_ASSIGNMENT),
    "waves": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "wave-close": row(of="wave", POST=RESEARCHERS),
    "checks": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "gold-set": row(of="task", POST=RESEARCHERS),
    "gold-end": row(of="task", POST=RESEARCHERS),
    "known-answers": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "api-known-answers": row(PUT=RESEARCHERS, POST=RESEARCHERS),
    "api-own-work": row(GET=MEMBERS),
    "api-last-answers": row(GET=RATING),
    "api-rater-cards": row(GET=READERS),
    "twins": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "twin-decide": row(of="twin", POST=RESEARCHERS),
    "api-twins": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "api-twin": row(of="twin", PUT=RESEARCHERS),
    "api-twin-results": row(GET=RESEARCHERS),
    "qualification": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "test-waive": row(of="rater", POST=RESEARCHERS),
    "api-qualification": row(GET=RESEARCHERS, PUT=RESEARCHERS),
    "api-rater-waive-test": row(of="rater", POST=RESEARCHERS),
    "checks-approve": row(POST=RESEARCHERS),
    "checks-rule": row(POST=RESEARCHERS),
    "cautions": row(GET=RESEARCHERS),
    "caution-end": row(of="caution", POST=RESEARCHERS),
    "objection": row(of="objection", POST=RESEARCHERS),
    "caution": row(of="caution", GET=OWN_QUERY, POST=OWN_QUERY),
    "caution-contest": row(of="caution", POST=OWN_QUERY),
    "api-checks-approve": row(POST=RESEARCHERS),
    "api-checks-rule": row(GET=RESEARCHERS, PUT=RESEARCHERS),
    "api-cautions": row(GET=RESEARCHERS),
    "api-caution-end": row(of="caution", POST=RESEARCHERS),
    "api-objection": row(of="objection", PUT=RESEARCHERS),
    "api-own-cautions": row(GET=MEMBERS),
    "api-own-caution-answer": row(of="caution", PUT=OWN_QUERY),
    "api-own-caution-objections": row(of="caution", POST=OWN_QUERY),
    "rate-remark": row(of="assignment", POST=OWN_ASSIGNMENT),
    "pace": row(GET=MEMBERS),
    "pace-csv": row(GET=MEMBERS),
    "messages": row(GET=MEMBERS),
    "message": row(of="query", GET=OWN_QUERY),
    "message-answer": row(of="query", POST=OWN_QUERY),
    "review": row(GET=READERS),
    "rater-cards": row(GET=READERS),
    "review-case": row(of="task", GET=READERS),
    "review-decide": row(of="task", POST=READERS),
    "review-discuss": row(of="task", POST=READERS),
    "answer-return": row(of="annotation", POST=READERS),
    "remarks": row(GET=READERS),
    "remark-reply": row(of="remark", POST=READERS),
    "judges": row(GET=READERS),
    "judge-new": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "prompts": row(GET=READERS),
    "prompt-new": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "prompt-library": row(GET=READERS, POST=RESEARCHERS),
    "prompt": row(of="prompt", GET=READERS),
    "prompt-diff": row(of="prompt", GET=READERS),
    "prompt-preview": row(of="prompt", GET=READERS),
    "spend": row(GET=READERS),
    "prices": row(GET=READERS, POST=RESEARCHERS),
    "price-remove": row(of="price", POST=RESEARCHERS),
    "panels": row(GET=READERS),
    "panel-new": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "panel": row(of="panel", GET=READERS),
    "choices": row(GET=READERS),
    "choice-new": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "choice": row(of="promptchoice", GET=READERS),
    "judge-connection": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "judge": row(of="judge", GET=READERS),
    "judge-preview": row(of="judge", GET=READERS),
    "judge-try": row(of="judge", POST=RESEARCHERS),
    "judge-costs": row(GET=READERS),
    "judge-costs-picture": row(GET=READERS),
    "cascades": row(GET=READERS),
    "cascade-new": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "cascade": row(of="cascade", GET=READERS),
    "cascade-pause": row(of="cascade", POST=RESEARCHERS),
    "cascade-resume": row(of="cascade", POST=RESEARCHERS),
    "cascade-cancel": row(of="cascade", POST=RESEARCHERS),
    "cascade-budget": row(of="cascade", POST=RESEARCHERS),
    "runs": row(GET=READERS),
    "run-new": row(GET=RESEARCHERS, POST=RESEARCHERS),
    "run": row(of="run", GET=READERS),
    "run-cases": row(of="run", GET=READERS),
    "run-pause": row(of="run", POST=RESEARCHERS),
    "run-resume": row(of="run", POST=RESEARCHERS),
    "run-cancel": row(of="run", POST=RESEARCHERS),
    "attempts": row(GET=READERS),
    "attempt": row(of="attempt", GET=READERS),
    "attempt-request": row(of="attempt", GET=READERS),
    "attempt-reply": row(of="attempt", GET=READERS),
    "report": row(GET=READERS),
    "report-results": row(GET=READERS),
    "report-picture": row(GET=READERS),
    "api-projects": row(GET=SIGNED_IN, POST=FOUNDERS),
    "api-project": row(GET=MEMBERS),
    "api-assignments": row(GET=RATING, POST=RATING),
    "api-assignment": row(of="assignment", GET=OWN_ASSIGNMENT),
    "api-heartbeat": row(of="assignment", POST=OWN_ASSIGNMENT),
    "api-annotation": row(of="assignment", GET=OWN_ASSIGNMENT, PUT=OWN_ASSIGNMENT, DELETE=OWN_ASSIGNMENT),
    "api-skip": row(of="assignment", POST=OWN_ASSIGNMENT),
    "api-assignment-remarks": row(of="assignment", POST=OWN_ASSIGNMENT),
    "api-messages": row(GET=MEMBERS),
    "api-reviews": row(GET=READERS),
    "api-review": row(of="review", GET=READERS),
    "api-task-answers": row(of="task", GET=READERS),
    "api-task-decision": row(of="task", PUT=READERS),
    "api-task-discussion": row(of="task", POST=READERS),
    "api-task-gold": row(of="task", PUT=RESEARCHERS, DELETE=RESEARCHERS),
    "api-checks": row(GET=RESEARCHERS, PUT=RESEARCHERS),
    "api-annotation-return": row(of="annotation", POST=READERS),
    "api-remarks": row(GET=READERS),
    "api-remark": row(of="remark", GET=READERS),
    "api-remark-reply": row(of="remark", PUT=READERS),
    "api-results": row(GET=READERS),
    "api-export": row(GET=READERS),
    "api-batches": row(GET=READERS, POST=RESEARCHERS),
    "api-batch": row(of="batch", GET=READERS),
    **{
        f"api-{noun}s": row(GET=READERS)
        for noun in ("rubric", "item", "system", "generation", "task", "rater", "judge", "attempt")
    },
    **{
        f"api-{noun}": row(of=noun, GET=READERS)
        for noun in ("rubric", "item", "system", "generation", "task", "rater", "judge", "attempt")
    },
    "api-priorities": row(POST=RESEARCHERS),
    "api-item-withdraw": row(of="item", POST=RESEARCHERS),
    "api-rater-deactivate": row(of="rater", POST=RESEARCHERS),
    "api-rater-reactivate": row(of="rater", POST=RESEARCHERS),
    "api-waves": row(GET=READERS, POST=RESEARCHERS),
    "api-wave": row(of="wave", GET=READERS),
    "api-wave-close": row(of="wave", POST=RESEARCHERS),
    "api-panels": row(GET=READERS, POST=RESEARCHERS),
    "api-panel": row(of="panel", GET=READERS),
    "api-prompt-choices": row(GET=READERS, POST=RESEARCHERS),
    "api-prompt-choice-forecast": row(POST=RESEARCHERS),
    "api-prompt-choice": row(of="promptchoice", GET=READERS),
    "api-cascades": row(GET=READERS, POST=RESEARCHERS),
    "api-cascade-study": row(POST=RESEARCHERS),
    "api-cascade-forecast": row(POST=RESEARCHERS),
    "api-cascade-start": row(POST=RESEARCHERS),
    "api-cascade": row(of="cascade", GET=READERS),
    "api-cascade-left": row(of="cascade", GET=READERS),
    "api-cascade-pause": row(of="cascade", POST=RESEARCHERS),
    "api-cascade-resume": row(of="cascade", POST=RESEARCHERS),
    "api-cascade-cancel": row(of="cascade", POST=RESEARCHERS),
    "api-cascade-budget": row(of="cascade", PUT=RESEARCHERS),
    "api-runs": row(GET=READERS, POST=RESEARCHERS),
    "api-run": row(of="run", GET=READERS),
    "api-run-pause": row(of="run", POST=RESEARCHERS),
    "api-run-resume": row(of="run", POST=RESEARCHERS),
    "api-run-cancel": row(of="run", POST=RESEARCHERS),
    "api-prompts": row(GET=READERS, POST=RESEARCHERS),
    "api-prompt": row(of="prompt", GET=READERS),
    "api-prompt-preview": row(of="prompt", GET=READERS),
    "api-prompt-diff": row(of="prompt", GET=READERS),
    "api-project-budget": row(GET=READERS, PUT=RESEARCHERS),
    "api-run-forecast": row(POST=RESEARCHERS),
    "api-spend": row(GET=READERS),
    "api-project-prices": row(GET=READERS, PUT=RESEARCHERS),
    "api-project-price": row(of="price", DELETE=RESEARCHERS),
    "api-prices": row(GET=NOBODY_YET, PUT=NOBODY_YET),  # for staff
    "api-price": row(of="price", DELETE=HIDDEN),
    "prices-for-all": row(GET=NOBODY_YET, POST=NOBODY_YET),
    "price-for-all-remove": row(of="price", POST=HIDDEN),
    "api-tokens": row(GET=SIGNED_IN, POST=SIGNED_IN),
    "api-token": row(of="token", DELETE=SIGNED_IN),
    "api-schema": row(GET=PUBLIC),
    "api-docs": row(GET=PUBLIC),
    "^api/": any_method(NOWHERE),
    "project-restore": row(POST=HIDDEN),  # of archived projects
    "api-project-restore": row(POST=HIDDEN),
    "api-project-archive": row(POST=RESEARCHERS),
    "leave": row(GET=SIGNED_IN, POST=SIGNED_IN),
    "member-erase": row(of="membership", GET=STAFF, POST=STAFF),
    "costs": row(GET=READERS),
    "api-costs": row(GET=READERS),
    "plan": row(GET=READERS, POST=RESEARCHERS),
    "api-plan": row(GET=READERS, PUT=RESEARCHERS),
    "rubrics": row(GET=RESEARCHERS),
    "rubric-version": row(of="rubric", GET=RESEARCHERS, POST=RESEARCHERS),
    "api-rubric-versions": row(of="rubric", POST=RESEARCHERS),
}
