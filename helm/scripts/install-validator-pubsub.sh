#!/usr/bin/env bash
# Install a validator of Pub/Sub: install-validator-pubsub.sh NAMESPACE NAME PROJECT SUBSCRIPTION VALID DEAD_LETTER [HELM OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/install.sh"
arguments 6 "$@"
install "sluicegate-$2" "$1" "${@:7}" <<YAML
registry: {enabled: false}
registryUrl: http://sluicegate-registry:8080
registryKey: {secretName: sluicegate-registry-keys}
validators:
  $(quoted "$2"):
    source: {broker: pubsub, project: $(quoted "$3"), subscription: $(quoted "$4")}
    destination: {broker: pubsub, project: $(quoted "$3"), valid: $(quoted "$5"), dead_letter: $(quoted "$6")}
YAML
