import inspect
import subprocess
import sys

import evalplatform.agreement as package

PROBE = """
import sys
before = set(sys.modules)
import evalplatform.agreement
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
print(sorted(loaded & {"django", "celery", "rest_framework", "redis", "openai", "anthropic", "scipy", "krippendorff"}))
"""


def test_importing_the_statistics_loads_numpy_and_nothing_heavy() -> None:
    found = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_public_name_is_documented() -> None:
    public = [getattr(package, name) for name in package.__all__]
    bare = [
        each.__name__
        for each in public
        if inspect.isroutine(each) or inspect.isclass(each)
        if not each.__doc__
    ]
    assert bare == []
