"""The guided forms: what they make, what they refuse and where, and that a key never comes back."""

import pytest
from django.test import Client

from judges.engine.asking.parameters import KNOWN
from judges.forms.judge import PARAMETERS
from judges.models import Connection, Judge
from tests.factories.callers import sign_in
from tests.factories.judging import Field, make_connection, make_field
from tests.factories.labelled import label_all
from tests.factories.ledger import make_item, make_pair_task
from tests.factories.ratings import make_rater

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"
KEY = "sk-planted-key-of-twenty"


@pytest.fixture
def field() -> Field:
    return make_field(slug="study", tasks=1)


@pytest.fixture
def client(field: Field) -> Client:
    return sign_in(field.project)


def test_a_model_behind_a_connection(field: Field, client: Client) -> None:
    connection = make_connection(URL)
    wish = {
        "name": "mini", "source": f"connection:{connection.public_id}", "model": "fake-1", "protocol": "pair",
        "temperature": "0.5", "seed": "7", "max_tokens": "300", "calls_in_flight": "9", "price_in": "1",
        "price_out": "2",
    }  # fmt: skip
    answer = client.post("/p/study/judges/new/", wish)
    judge = Judge.objects.get()
    assert answer["Location"] == f"/p/study/judges/{judge.public_id}/"
    assert (judge.rater.name, judge.connection, judge.model) == ("mini", connection, "fake-1")
    assert judge.parameters == {
        "rationale": False, "temperature": 0.5, "seed": 7, "max_tokens": 300, "calls_in_flight": 9,
        "price_in": 1.0, "price_out": 2.0,
    }  # fmt: skip
    page = client.get(answer["Location"]).content.decode()
    assert "Try it on 5 items" in page


def test_what_is_left_as_it_is_is_no_parameter(client: Client) -> None:
    source = f"connection:{make_connection(URL).public_id}"
    wish = {"name": "mini", "source": source, "model": "fake-1", "protocol": "pair", "rationale": "on"}
    client.post("/p/study/judges/new/", wish)
    assert Judge.objects.get().parameters == {}


def test_a_builtin(client: Client) -> None:
    client.post("/p/study/judges/new/", {"name": "long", "source": "builtin:longest", "protocol": "pair"})
    judge = Judge.objects.get()
    assert (judge.builtin, judge.parameters) == ("longest", {})


@pytest.mark.parametrize(
    ("change", "field_id", "words"),
    [
        ({"name": ""}, "id_name", "This field is required."),
        ({"source": "connection:nobody"}, "id_source", "Select a valid choice."),
        ({"source": ""}, "id_source", "This field is required."),
        ({"model": "gpt"}, "id_model", "leave it empty"),
        ({"temperature": "3"}, "id_temperature", "less than or equal to 2"),
        ({"temperature": "nan"}, "id_temperature", "Enter a number."),
        ({"max_tokens": "0"}, "id_max_tokens", "greater than or equal to 1"),
        ({"protocol": "single"}, "id_source", "must be one of"),
        ({"seed": "1e999"}, "id_seed", "Enter a whole number."),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_lost(
    client: Client, change: dict[str, str], field_id: str, words: str
) -> None:
    wish = {"name": "My <judge>", "source": "builtin:longest", "protocol": "pair", **change}
    answer = client.post("/p/study/judges/new/", wish)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page.partition(f'id="{field_id}"')[2].partition('class="field')[0]
    if "name" not in change:
        assert 'value="My &lt;judge&gt;"' in page
    assert Judge.objects.count() == 0


def test_a_model_has_a_name(client: Client) -> None:
    source = f"connection:{make_connection(URL).public_id}"
    answer = client.post("/p/study/judges/new/", {"name": "mini", "source": source, "protocol": "pair"})
    assert "A model behind a connection has a name." in answer.content.decode()


def test_a_name_that_is_taken_is_said_beside_the_name(client: Client) -> None:
    wish = {"name": "one", "source": "builtin:longest", "protocol": "pair"}
    client.post("/p/study/judges/new/", wish)
    answer = client.post("/p/study/judges/new/", {**wish, "source": "builtin:first"})
    assert answer.status_code == 400
    assert "There is another judge named one" in answer.content.decode().partition('id="id_name"')[2]


def test_the_same_name_asked_in_another_way_is_its_next_version_and_the_page_says_so(client: Client) -> None:
    source = f"connection:{make_connection(URL).public_id}"
    wish = {"name": "one", "source": source, "model": "m", "protocol": "pair"}
    assert (
        "asked in another way" not in client.post("/p/study/judges/new/", wish, follow=True).content.decode()
    )
    page = client.post("/p/study/judges/new/", {**wish, "temperature": "1"}, follow=True).content.decode()
    assert "this one is one@2" in page
    assert set(Judge.objects.values_list("rater__name", flat=True)) == {"one", "one@2"}


def test_a_connection_of_another_project_is_no_choice(client: Client) -> None:
    other = make_connection(URL)
    other.projects.add(make_field().project)
    assert str(other.public_id) not in client.get("/p/study/judges/new/").content.decode()
    wish = {"name": "x", "source": f"connection:{other.public_id}", "model": "m", "protocol": "pair"}
    assert client.post("/p/study/judges/new/", wish).status_code == 400


def test_a_key_goes_in_and_never_comes_out(field: Field, client: Client) -> None:
    wish = {"name": "ours", "provider": "openai", "base_url": URL, "key": KEY}
    answer = client.post("/p/study/judges/connection/", wish, follow=True)
    connection = Connection.objects.get()
    assert list(connection.projects.all()) == [field.project]
    assert connection.owner is not None
    assert KEY not in connection.encrypted_key
    assert KEY not in answer.content.decode()
    assert KEY not in client.get("/p/study/judges/connection/").content.decode()
    again = client.post("/p/study/judges/connection/", wish)
    assert again.status_code == 400
    assert "There is a connection named ours already." in again.content.decode()
    assert KEY not in again.content.decode()


@pytest.mark.parametrize(
    ("change", "field_id", "words"),
    [
        ({"base_url": "http://10.0.0.1/v1"}, "id_base_url", "is a private address"),
        ({"base_url": "ftp://example.org"}, "id_base_url", "must begin with http"),
        ({"base_url": "http://169.254.169.254/latest"}, "id_base_url", "is a private address"),
        ({"base_url": "", "key": ""}, "id_key", "asks for a key"),
        ({"provider": "local"}, "id_provider", "neither an address nor a key"),
        ({"provider": "nobody"}, "id_provider", "Select a valid choice."),
        ({"name": "x" * 101}, "id_name", "at most 100 characters"),
    ],
)
def test_a_connection_that_cannot_be_is_refused_beside_its_field(
    client: Client, change: dict[str, str], field_id: str, words: str
) -> None:
    wish = {"name": "ours", "provider": "openai", "base_url": URL, "key": KEY, **change}
    answer = client.post("/p/study/judges/connection/", wish)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page.partition(f'id="{field_id}"')[2].partition('class="field')[0]
    assert KEY not in page
    assert Connection.objects.count() == 0


def test_examples_samples_thoughts_and_principles(client: Client, field: Field) -> None:
    made = [
        make_pair_task(field.project, field.rubric, item=make_item(field.project, key=f"case-{n}"))
        for n in range(40)
    ]
    label_all(made, make_rater(field.project, "ann"), lambda place: ("first", "second")[place % 2])
    russian = client.get("/p/study/judges/new/", headers={"Accept-Language": "ru"}).content.decode()
    assert '<option value="people">люди</option>' in russian
    source = f"connection:{make_connection(URL).public_id}"
    wish = {
        "name": "mini", "source": source, "model": "fake-1", "protocol": "pair", "reasoning": "on", "samples": "3",
        "examples": "2", "examples_by": "people", "examples_share": "0.3", "examples_seed": "4",
    }  # fmt: skip
    assert client.post("/p/study/judges/new/", wish).status_code == 302
    judge = Judge.objects.get()
    assert judge.parameters == {
        "rationale": False, "reasoning": True, "samples": 3, "examples": 2, "examples_by": "people",
        "examples_share": 0.3, "examples_seed": 4,
    }  # fmt: skip
    assert len(judge.examples) == 2
    single = {"name": "good", "source": source, "model": "fake-1", "protocol": "single", "rationale": "on"}
    client.post("/p/study/judges/new/", {**single, "principles": "Be kind.\r\n\r\n Be brief. "})
    assert Judge.objects.get(rater__name="good").parameters == {
        "principles": [
            {"key": "principle-1", "text": {"en": "Be kind."}},
            {"key": "principle-2", "text": {"en": "Be brief."}},
        ]
    }


def test_too_few_labels_are_told_beside_the_field(client: Client) -> None:
    source = f"connection:{make_connection(URL).public_id}"
    wish = {"name": "mini", "source": source, "model": "fake-1", "protocol": "pair", "examples": "2"}
    answer = client.post("/p/study/judges/new/", wish)
    assert answer.status_code == 400
    assert "must name people or a reference of the project: none" in answer.content.decode()


def test_every_parameter_that_a_command_can_set_is_a_field(client: Client) -> None:
    assert sorted(PARAMETERS) == KNOWN
    page = client.get("/p/study/judges/new/").content.decode()
    assert [name for name in PARAMETERS if f'name="{name}"' not in page] == []


def test_trees_of_critiques_and_what_a_provider_is_told(client: Client) -> None:
    source = f"connection:{make_connection(URL).public_id}"
    wish = {"source": source, "model": "fake-1", "protocol": "pair", "rationale": "on"}
    client.post("/p/study/judges/new/", {**wish, "name": "chain", "critiques": "1"})
    assert Judge.objects.get(rater__name="chain").parameters == {"critiques": 1}
    tree = {"name": "tree", "critiques": "2", "critique_levels": "2", "repair": "false", "reference": "true"}
    told = {"top_p": "0.5", "reasoning_effort": "low", "endpoint": "chat", "requests_per_minute": "60"}
    client.post("/p/study/judges/new/", {**wish, **tree, **told, "price_cached": "0.1", "family": "ours"})
    judge = Judge.objects.get(rater__name="tree")
    assert judge.parameters == {
        "critiques": 2, "critique_levels": 2, "repair": False, "reference": True, "top_p": 0.5,
        "reasoning_effort": "low", "endpoint": "chat", "requests_per_minute": 60, "price_cached": 0.1,
        "family": "ours",
    }  # fmt: skip
    assert sorted(judge.step_templates) == ["critic", "doubt", "weigh"]


@pytest.mark.parametrize(
    ("change", "field_id", "words"),
    [
        ({"critique_levels": "2"}, "id_critique_levels", "is that of critiques, which are not asked for"),
        ({"critiques": "5"}, "id_critiques", "less than or equal to 4"),
        ({"critiques": "1", "samples": "3"}, "id_samples", "does not go with critiques"),
        ({"critiques": "1", "protocol": "ranking"}, "id_critiques", "do not go with a ranking"),
        ({"early_stop": "true"}, "id_early_stop", "needs at least 3 samples"),
        ({"orders": "3"}, "id_orders", "they need the protocol ranking"),
        ({"endpoint": "responses"}, "id_endpoint", "manage.py probe_connection finds it out"),
        ({"endpoint": "elsewhere"}, "id_endpoint", "Select a valid choice."),
    ],
)
def test_what_does_not_go_together_is_said_beside_its_field(
    client: Client, change: dict[str, str], field_id: str, words: str
) -> None:
    source = f"connection:{make_connection(URL).public_id}"
    wish = {"name": "mini", "source": source, "model": "fake-1", "protocol": "pair", "rationale": "on"}
    page = client.post("/p/study/judges/new/", {**wish, **change}).content.decode()
    assert words in page.partition(f'id="{field_id}"')[2].partition('class="field')[0]
    assert '<details class="more" open>' in page
    assert not Judge.objects.exists()


def test_a_builtin_may_have_what_it_reads(client: Client) -> None:
    wish = {"name": "long", "source": "builtin:longest", "protocol": "ranking", "orders": "2"}
    client.post("/p/study/judges/new/", wish)
    assert Judge.objects.get().parameters == {"orders": 2}
    answer = client.post("/p/study/judges/new/", {**wish, "name": "other", "critiques": "1"})
    assert "leave it empty" in answer.content.decode()
