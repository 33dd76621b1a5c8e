{{/*
Settings of the programs. What is not secret is written as TOML into a ConfigMap, one line a setting; secrets are variables
of the environment, each from a key of a Secret.
*/}}

{{/* A value inside a line. JSON's numbers and strings are TOML's, too; a table needs other signs than an object. */}}
{{- define "sluicegate.tomlValue" -}}
{{- if kindIs "map" . -}}
{{- $entries := list -}}
{{- range $key, $value := . -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $entries = append $entries (printf "%s = %s" (toJson $key) (include "sluicegate.tomlValue" $value)) -}}
{{- end -}}
{{- end -}}
{ {{- join ", " $entries -}} }
{{- else if kindIs "slice" . -}}
{{- $entries := list -}}
{{- range . -}}
{{- $entries = append $entries (include "sluicegate.tomlValue" .) -}}
{{- end -}}
[{{- join ", " $entries -}}]
{{- else -}}
{{- toJson . -}}
{{- end -}}
{{- end -}}

{{/* TOML of a table. Takes (dict "path" "" "value" table). */}}
{{- define "sluicegate.toml" -}}
{{- $path := .path -}}
{{- range $key, $value := .value -}}
{{- $name := ternary $key ($key | toJson) (regexMatch "^[A-Za-z0-9_-]+$" $key) -}}
{{- $full := ternary (printf "%s.%s" $path $name) $name (ne $path "") -}}
{{- if and (kindIs "map" $value) $value -}}
{{- include "sluicegate.toml" (dict "path" $full "value" $value) -}}
{{- else if kindIs "map" $value }}
{{ $full }} = {}
{{- else if not (kindIs "invalid" $value) }}
{{ $full }} = {{ include "sluicegate.tomlValue" $value }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Refuse secrets among plain settings. Takes (dict "path" "validators.orders" "inner" "" "value" table "secrets" "validators.orders.secrets"). */}}
{{- define "sluicegate.refuseSecrets" -}}
{{- $call := . -}}
{{- range $key, $value := .value -}}
{{- $inner := ternary (printf "%s.%s" $call.inner $key) $key (ne $call.inner "") -}}
{{- if kindIs "map" $value -}}
{{- include "sluicegate.refuseSecrets" (dict "path" $call.path "inner" $inner "value" $value "secrets" $call.secrets) -}}
{{- else if and (kindIs "string" $value) (regexMatch "://[^/@]*:[^/@]+@" $value) -}}
{{- fail (printf "%s.%s: the address holds a password, and everyone who can read ConfigMaps would see it. Give the password in %s." $call.path $inner $call.secrets) -}}
{{- else if and $value (regexMatch "(password|secret|api_key|connection_string|key\\.pem|sasl\\.jaas|oauthbearer\\.config|(^|\\.)encryption\\.key)$" $inner) -}}
{{- $variable := regexReplaceAll "^(source|destination)\\.config\\..*$" $inner "$1.config" | replace "." "__" -}}
{{- fail (printf "%s.%s is secret, and everyone who can read ConfigMaps would see it. Move it to %s.%s." $call.path $inner $call.secrets $variable) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The Secret and key of one secret setting. Takes (dict "made" "name-of-the-chart's-Secret" "name" "source__sasl__password" "from" entry). */}}
{{- define "sluicegate.secretRef" -}}
name: {{ .from.secretName | default .made }}
key: {{ ternary (.from.key | default .name) .name (not (empty .from.secretName)) }}
{{- end -}}

{{/* Variables of the environment. Takes (dict "prefix" "SLUICEGATE_VALIDATOR_" "made" "..." "secrets" map). */}}
{{- define "sluicegate.secretEnv" -}}
{{- $call := . -}}
{{- range $name, $from := .secrets }}
{{- if $from }}
- name: {{ $call.prefix }}{{ upper $name }}
  valueFrom:
    secretKeyRef: {{- include "sluicegate.secretRef" (dict "made" $call.made "name" $name "from" $from) | nindent 6 }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* stringData of the secrets that values give. Takes a map of secrets. */}}
{{- define "sluicegate.secretData" -}}
{{- range $name, $from := . }}
{{- if and $from (not $from.secretName) }}
{{ $name }}: {{ $from.value | toString | quote }}
{{- end }}
{{- end -}}
{{- end -}}
