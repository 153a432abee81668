"""How a new judge's provider is asked, what it costs, and whose model it is."""

from django import forms
from django.utils.translation import gettext_lazy

from judges.engine.asking.parameters import INTEGERS, NUMBERS
from judges.forms.judge_verdict import YesOrNo
from judges.providers.capabilities import Endpoint, ReplyFormat


class ProviderFields(forms.Form):
    """Parameters of the calls."""

    temperature = forms.FloatField(
        required=False,
        min_value=0,
        max_value=2,
        label=gettext_lazy("Temperature"),
        help_text=gettext_lazy(
            "0 says nearly the same each time; higher varies more. Some models refuse it."
        ),
    )
    top_p = forms.FloatField(
        required=False,
        min_value=NUMBERS["top_p"][0],
        max_value=NUMBERS["top_p"][1],
        label=gettext_lazy("Top p"),
        help_text=gettext_lazy(
            "Only the likeliest words up to this share of probability are drawn from. Mostly left empty."
        ),
    )
    seed = forms.IntegerField(
        required=False,
        min_value=-(2**31),
        max_value=2**31 - 1,
        label=gettext_lazy("Seed"),
        help_text=gettext_lazy("A number that makes repeats more alike, where the model knows it."),
    )
    max_tokens = forms.IntegerField(
        required=False,
        min_value=INTEGERS["max_tokens"][0],
        max_value=INTEGERS["max_tokens"][1],
        label=gettext_lazy("Longest answer, in tokens"),
        help_text=gettext_lazy("1024 if left empty. Models that think first need more, or are cut off."),
    )
    reasoning_effort = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Reasoning effort"),
        help_text=gettext_lazy("OpenAI: low, medium, high."),
    )
    verbosity = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Verbosity"),
        help_text=gettext_lazy("OpenAI: low, medium, high."),
    )
    service_tier = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Service tier"),
        help_text=gettext_lazy("As the provider names it."),
    )
    effort = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Effort"),
        help_text=gettext_lazy("Anthropic: low, medium, high."),
    )
    endpoint = forms.ChoiceField(
        choices=[("", gettext_lazy("as usual")), *((str(each), str(each)) for each in Endpoint)],
        required=False,
        label=gettext_lazy("Endpoint"),
        help_text=gettext_lazy("Which of the ways of OpenAI's kind a call goes."),
    )
    reply_format = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("what the model keeps to")),
            *((str(each), str(each)) for each in ReplyFormat),
        ],
        required=False,
        label=gettext_lazy("Form of the reply"),
        help_text=gettext_lazy("Whatever the form, only what fits the scale is a value."),
    )
    prompt_cache = YesOrNo(
        usual=True,
        label=gettext_lazy("Keep the prompt in the provider's cache"),
        help_text=gettext_lazy("Anthropic: what all calls share is sent again at a tenth of the price."),
    )
    context_window = forms.IntegerField(
        required=False,
        min_value=INTEGERS["context_window"][0],
        max_value=INTEGERS["context_window"][1],
        label=gettext_lazy("Longest prompt and reply, in tokens"),
        help_text=gettext_lazy("A forecast warns of prompts that may not fit."),
    )
    calls_in_flight = forms.IntegerField(
        required=False,
        min_value=INTEGERS["calls_in_flight"][0],
        max_value=INTEGERS["calls_in_flight"][1],
        label=gettext_lazy("Calls at a time"),
        help_text=gettext_lazy("More is faster, up to the provider's limit, which is respected anyway."),
    )
    requests_per_minute = forms.IntegerField(
        required=False,
        min_value=INTEGERS["requests_per_minute"][0],
        max_value=INTEGERS["requests_per_minute"][1],
        label=gettext_lazy("Calls a minute"),
        help_text=gettext_lazy(
            "Shared by all that call this model with this key. What the provider states if left empty."
        ),
    )
    tokens_per_minute = forms.IntegerField(
        required=False,
        min_value=INTEGERS["tokens_per_minute"][0],
        max_value=INTEGERS["tokens_per_minute"][1],
        label=gettext_lazy("Tokens a minute"),
        help_text=gettext_lazy(
            "Shared by all that call this model with this key. What the provider states if left empty."
        ),
    )
    price_in = forms.FloatField(
        required=False,
        min_value=NUMBERS["price_in"][0],
        max_value=1e6,
        label=gettext_lazy("Price of a million tokens in, USD"),
        help_text=gettext_lazy("Only for a model whose price is not known here; a budget needs one."),
    )
    price_out = forms.FloatField(
        required=False,
        min_value=NUMBERS["price_out"][0],
        max_value=1e6,
        label=gettext_lazy("Price of a million tokens out, USD"),
        help_text=gettext_lazy("Both prices or neither."),
    )
    price_cached = forms.FloatField(
        required=False,
        min_value=NUMBERS["price_cached"][0],
        max_value=NUMBERS["price_cached"][1],
        label=gettext_lazy("Price of a million tokens in that were cached, USD"),
        help_text=gettext_lazy("As all others if left empty."),
    )
    price_written = forms.FloatField(
        required=False,
        min_value=NUMBERS["price_written"][0],
        max_value=NUMBERS["price_written"][1],
        label=gettext_lazy("Price of a million tokens in that were written to the cache, USD"),
        help_text=gettext_lazy("As all others if left empty."),
    )
    price_batch_in = forms.FloatField(
        required=False,
        min_value=NUMBERS["price_batch_in"][0],
        max_value=NUMBERS["price_batch_in"][1],
        label=gettext_lazy("Price of a million tokens in, in a batch, USD"),
        help_text=gettext_lazy("As all others if left empty."),
    )
    price_batch_out = forms.FloatField(
        required=False,
        min_value=NUMBERS["price_batch_out"][0],
        max_value=NUMBERS["price_batch_out"][1],
        label=gettext_lazy("Price of a million tokens out, in a batch, USD"),
        help_text=gettext_lazy("As all others if left empty."),
    )
    family = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Family of the model"),
        help_text=gettext_lazy("Whose model it is, for self-preference. The vendor's if left empty."),
    )
