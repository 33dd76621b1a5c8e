#!/bin/sh
# Create the topics of compose.yaml and the subscription of its validator; 409 says that one is there.
set -eu
project=http://pubsub:8085/v1/projects/local
put() {
	status=$(curl --silent --output /dev/null --write-out '%{http_code}' --request PUT --json "$2" "$project/$1")
	case $status in 200 | 409) ;; *) echo "$1: HTTP $status" >&2; exit 1 ;; esac
}
for topic in messages valid dead-letter; do put "topics/$topic" '{}'; done
put subscriptions/messages-validator '{"topic": "projects/local/topics/messages", "enableMessageOrdering": true}'
