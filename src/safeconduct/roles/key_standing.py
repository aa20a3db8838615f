"""How does it stand with inner's keys? `python -m safeconduct.roles.key_standing` tells `check`, in lines of JSON."""

import json
import sys
from datetime import UTC, datetime

from safeconduct.roles.starting import make_ready

if __name__ == "__main__":
    make_ready("inner")

    from safeconduct.inner.site.standing import said_to_holders

    for said in said_to_holders(datetime.now(UTC)):
        sys.stdout.write(json.dumps(said) + "\n")
