#!/usr/bin/env bash
# Has a Python with NumPy on this machine, for the test of the program in docs/checkpoints.md. Nothing happens if there is one; otherwise
# Debian's package is installed where apt and rights allow it. Without one that test fails and says what to install.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

for python in /usr/bin/python3 python3; do
  if "$python" -c "import numpy" >/dev/null 2>&1; then exit 0; fi
done
install_package python3-numpy || true
