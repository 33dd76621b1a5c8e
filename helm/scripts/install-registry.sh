#!/usr/bin/env bash
# Install a registry with a Postgres of its own, for trials: install-registry.sh NAMESPACE PASSWORD [HELM OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/install.sh"
arguments 2 "$@"
install sluicegate "$1" "${@:3}" <<YAML
database:
  bundled: {enabled: true, password: $(quoted "$2")}
YAML
