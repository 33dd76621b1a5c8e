{{/* One validator. `sluicegate.validator` gives its values: its own in front of validatorDefaults. */}}

{{- define "sluicegate.validator" -}}
{{- mergeOverwrite (deepCopy .root.Values.validatorDefaults) (deepCopy (.own | default dict)) | toJson -}}
{{- end -}}

{{- define "sluicegate.validatorName" -}}
{{- printf "%s-validator-%s" (include "sluicegate.fullname" .root) .name -}}
{{- end -}}

{{/* Exactly once needs names that last: its worker names are those of a StatefulSet's pods. */}}
{{- define "sluicegate.validatorKind" -}}
{{- ternary "StatefulSet" "Deployment" (eq (.settings.delivery | default "") "exactly_once") -}}
{{- end -}}

{{/* Takes (dict "root" $ "name" name "validator" values). */}}
{{- define "sluicegate.validatorToml" -}}
{{- $validator := .validator -}}
{{- $registry := dict "url" (include "sluicegate.registryUrl" .root) -}}
{{- if and $validator.snapshot.enabled (not (dig "registry" "snapshot" "" $validator.settings)) -}}
{{- $_ := set $registry "snapshot" "/var/lib/sluicegate/snapshot" -}}
{{- end -}}
{{- if include "sluicegate.validatorKey" (dict "root" .root "validator" $validator) -}}
{{- $_ := set $registry "api_key_file" "/etc/sluicegate/registry-key/key" -}}
{{- end -}}
{{- $owned := dict "source" $validator.source "destination" $validator.destination -}}
{{- $_ := set $owned "health" (dict "enabled" true "host" "0.0.0.0" "port" (int $validator.port)) -}}
{{- $_ := set $owned "worker" (dict "processes" (int $validator.processes)) -}}
{{- $all := mergeOverwrite (dict "registry" $registry) (deepCopy $validator.settings) $owned -}}
{{- include "sluicegate.toml" (dict "path" "" "value" $all) -}}
{{- end -}}

{{- define "sluicegate.drainSeconds" -}}
{{- dig "worker" "drain_seconds" 10 .settings -}}
{{- end -}}

{{- define "sluicegate.validatorGrace" -}}
{{- $sessions := and (eq (.source.broker | default "kafka") "servicebus") (.source.sessions | default 0) -}}
{{- add (include "sluicegate.drainSeconds" . | float64 | ceil) 20 (ternary (.source.session_wait_seconds | default 10 | float64 | ceil) 0 (not (empty $sessions))) -}}
{{- end -}}

{{- define "sluicegate.validatorProbe" -}}
{{- $probe := deepCopy . -}}
{{- if $probe.httpGet -}}
{{- $_ := set $probe "httpGet" (mergeOverwrite (dict "port" "health") $probe.httpGet) -}}
{{- end -}}
{{- toYaml $probe -}}
{{- end -}}
