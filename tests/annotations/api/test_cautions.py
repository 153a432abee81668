"""The rule on checks and all that follows from it, over REST."""

import pytest
from django.test import Client

from annotations.models import Role, RuleEffect
from evalplatform.accounts.models import User
from evalplatform.accounts.tokens import create_api_token
from tests.annotations.domain.checking.test_cautions import make_rule, work_until_caution
from tests.factories.ledger import make_member, make_person, make_project

pytestmark = pytest.mark.database
PROJECT = "/api/v1/projects/sky/"
JSON = "application/json"


def open_api(user: User | None) -> Client:
    assert user is not None
    return Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})


def test_the_rule_is_set_and_read() -> None:
    api = open_api(make_member(make_project("sky"), Role.RESEARCHER).user)
    rule = {"gold_floor": 0.7, "repeat_floor": None, "least_checks": 12, "effect": "pause"}
    assert api.put(f"{PROJECT}checks/rule/", rule, content_type=JSON).json() == rule
    assert api.get(f"{PROJECT}checks/rule/").json() == rule
    refused = api.put(f"{PROJECT}checks/rule/", {**rule, "gold_floor": 1.0}, content_type=JSON)
    assert refused.status_code == 400


def test_a_rater_reads_answers_and_contests_and_a_researcher_settles_all_of_it() -> None:
    rater = make_person(make_rule(RuleEffect.PAUSE))
    assert work_until_caution(rater) is not None
    own, api = open_api(rater.user), open_api(make_member(rater.project, Role.RESEARCHER).user)
    assert own.post(f"{PROJECT}assignments/").status_code == 403
    [caution] = own.get(f"{PROJECT}messages/cautions/").json()
    assert (caution["effect"], caution["hits"], caution["n"], len(caution["missed"])) == ("pause", 0, 5, 5)
    mine = f"{PROJECT}messages/cautions/{caution['id']}/"
    told = own.put(f"{mine}answer/", {"text": "I mixed up the keys."}, content_type=JSON).json()
    assert told["answer"] == "I mixed up the keys."
    body = {"task": caution["missed"][0], "text": "Both are wrong."}
    made = own.post(f"{mine}objections/", body, content_type=JSON)
    assert (made.status_code, made.json()["state"]) == (201, "open")
    [listed] = api.get(f"{PROJECT}cautions/").json()["results"]
    assert (listed["rater"], listed["objections"]) == (str(rater.public_id), [made.json()])
    decide = f"{PROJECT}objections/{made.json()['id']}/"
    upheld = api.put(decide, {"withdraw": False, "reply": "It stands."}, content_type=JSON).json()
    assert (upheld["state"], upheld["reply"]) == ("upheld", "It stands.")
    ended = api.post(f"{PROJECT}cautions/{caution['id']}/end/", {"reply": "Go on."}, content_type=JSON)
    assert ended.json()["state"] == "ended"
    assert own.post(f"{PROJECT}assignments/").status_code == 201


def test_a_task_that_was_no_missed_check_cannot_be_contested() -> None:
    rater = make_person(make_rule(RuleEffect.WARN))
    caution = work_until_caution(rater)
    assert caution is not None
    address = f"{PROJECT}messages/cautions/{caution.public_id}/objections/"
    body = {"task": str(caution.public_id), "text": "No."}
    assert open_api(rater.user).post(address, body, content_type=JSON).status_code == 400
