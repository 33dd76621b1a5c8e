# Sourced by the scripts beside it.
chart="$(cd "$(dirname "${BASH_SOURCE[0]}")/../sluicegate" && pwd)"

# Say how a script is called, which its second line tells, unless there are enough arguments: arguments COUNT "$@"
arguments() {
  [ $(($# - 1)) -ge "$1" ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
}

# A text as YAML takes it.
quoted() { printf "'%s'" "${1//\'/\'\'}"; }

# install RELEASE NAMESPACE [HELM OPTION...]: the values come from standard input, since arguments are visible to every user.
install() {
  local release=$1 namespace=$2
  shift 2
  exec helm upgrade --install "$release" "$chart" --namespace "$namespace" --create-namespace --values - "$@"
}
