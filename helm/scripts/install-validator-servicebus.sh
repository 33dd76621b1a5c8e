#!/usr/bin/env bash
# Install a validator of Service Bus: SERVICEBUS_CONNECTION_STRING=... install-validator-servicebus.sh NAMESPACE NAME QUEUE VALID DEAD_LETTER [HELM OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/install.sh"
arguments 5 "$@"
[ -n "${SERVICEBUS_CONNECTION_STRING:-}" ] || arguments 1
install "sluicegate-$2" "$1" "${@:6}" <<YAML
registry: {enabled: false}
registryUrl: http://sluicegate-registry:8080
registryKey: {secretName: sluicegate-registry-keys}
validators:
  $(quoted "$2"):
    source: {broker: servicebus, queue: $(quoted "$3")}
    destination: {broker: servicebus, valid: $(quoted "$4"), dead_letter: $(quoted "$5")}
    secrets:
      source__connection_string: {value: $(quoted "$SERVICEBUS_CONNECTION_STRING")}
      destination__connection_string: {value: $(quoted "$SERVICEBUS_CONNECTION_STRING")}
YAML
