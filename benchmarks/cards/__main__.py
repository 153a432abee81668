"""`python -m benchmarks.cards [studies]`: print the table of docs/reference/rater-cards.md."""

import sys

from benchmarks.cards.study import study, write_table

if __name__ == "__main__":
    for line in write_table(study(int(sys.argv[1]) if len(sys.argv) > 1 else 200)):
        print(line, flush=True)
