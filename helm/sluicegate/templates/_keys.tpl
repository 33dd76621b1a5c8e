{{/*
The first keys: a manager's, and one for validators. The chart makes them once, in a cluster, and reads them again at each
upgrade. `helm template` and its relatives reach no cluster: there, random keys would differ from rendering to rendering,
so that the Secret is left out, and must exist.
*/}}

{{- define "sluicegate.authMode" -}}
{{- $auth := .Values.registry.settings.auth | default dict -}}
{{- $auth.mode | default (ternary "none" "keys" (eq (toString $auth.allow_open) "true")) -}}
{{- end -}}

{{/* The Secret with the first keys; nothing without them. */}}
{{- define "sluicegate.keysSecret" -}}
{{- $keys := .Values.registry.keys -}}
{{- if and .Values.registry.enabled (eq (include "sluicegate.authMode" .) "keys") -}}
{{- $keys.existingSecret | default (ternary (printf "%s-registry-keys" (include "sluicegate.fullname" .)) "" $keys.create) -}}
{{- end -}}
{{- end -}}

{{/* A new key: the checksum of shared/key_text.py is the start of the SHA-256 of the rest. */}}
{{- define "sluicegate.newKey" -}}
{{- $head := printf "sg_%s_%s" (randAlphaNum 12) (randAlphaNum 43) -}}
{{- printf "%s_%s" $head ($head | sha256sum | trunc 8) -}}
{{- end -}}

{{/* The Secret and key of the validators' key, as YAML; nothing without one. Takes (dict "root" $ "validator" values). */}}
{{- define "sluicegate.validatorKey" -}}
{{- $registry := .validator.settings.registry | default dict -}}
{{- $own := or $registry.api_key_file $registry.token_file $registry.client_credentials $registry.username -}}
{{- range $name, $from := .validator.secrets -}}
{{- if and $from (hasPrefix "registry__" $name) -}}
{{- $own = true -}}
{{- end -}}
{{- end -}}
{{- $made := include "sluicegate.keysSecret" .root -}}
{{- if $own -}}
{{- else if .root.Values.registryKey.secretName -}}
secretName: {{ .root.Values.registryKey.secretName }}
key: {{ .root.Values.registryKey.key | default "validator-key" }}
{{- else if and $made (not .root.Values.registryUrl) -}}
secretName: {{ $made }}
key: {{ .root.Values.registry.keys.validatorKey }}
{{- end -}}
{{- end -}}
