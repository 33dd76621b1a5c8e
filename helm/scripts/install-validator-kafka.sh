#!/usr/bin/env bash
# Install a validator from Kafka to Kafka: install-validator-kafka.sh NAMESPACE NAME BOOTSTRAP TOPIC VALID DEAD_LETTER [HELM OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/install.sh"
arguments 6 "$@"
install "sluicegate-$2" "$1" "${@:7}" <<YAML
registry: {enabled: false}
registryUrl: http://sluicegate-registry:8080
registryKey: {secretName: sluicegate-registry-keys}
validators:
  $(quoted "$2"):
    source: {bootstrap: $(quoted "$3"), topics: [$(quoted "$4")], group: $(quoted "sluicegate-$2")}
    destination: {bootstrap: $(quoted "$3"), valid: $(quoted "$5"), dead_letter: $(quoted "$6")}
YAML
