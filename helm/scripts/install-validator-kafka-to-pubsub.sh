#!/usr/bin/env bash
# Install a validator from Kafka to Pub/Sub: install-validator-kafka-to-pubsub.sh NAMESPACE NAME BOOTSTRAP TOPIC PROJECT VALID DEAD_LETTER [HELM OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/install.sh"
arguments 7 "$@"
install "sluicegate-$2" "$1" "${@:8}" <<YAML
registry: {enabled: false}
registryUrl: http://sluicegate-registry:8080
registryKey: {secretName: sluicegate-registry-keys}
validators:
  $(quoted "$2"):
    source: {bootstrap: $(quoted "$3"), topics: [$(quoted "$4")], group: $(quoted "sluicegate-$2")}
    destination: {broker: pubsub, project: $(quoted "$5"), valid: $(quoted "$6"), dead_letter: $(quoted "$7")}
YAML
