from __future__ import annotations

import sys
from pathlib import Path

# The fake hub stands beside these tests; tests are no package.
sys.path.insert(0, str(Path(__file__).parent))
