"""The health check of the image: asks the program's own address.

Exit code 1 without an answer of 200.
"""

import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("SLUICEGATE_HEALTH_URL", "http://127.0.0.1:8080/health")

try:
    urllib.request.urlopen(URL, timeout=2).close()
except (urllib.error.URLError, OSError, ValueError) as error:
    sys.exit(f"{URL}: {error}")
