{{- define "sluicegate.registryToml" -}}
{{- $owned := dict "host" "0.0.0.0" "port" (int .Values.registry.port) -}}
{{- $auth := dict "mode" (include "sluicegate.authMode" .) -}}
{{- if include "sluicegate.keysSecret" . -}}
{{- $_ := set $auth "bootstrap_key_file" (printf "/etc/sluicegate/keys/%s" .Values.registry.keys.managerKey) -}}
{{- $_ := set $auth "bootstrap_reader_key_file" (printf "/etc/sluicegate/keys/%s" .Values.registry.keys.validatorKey) -}}
{{- end -}}
{{- include "sluicegate.toml" (dict "path" "" "value" (mergeOverwrite (dict "auth" $auth) (deepCopy .Values.registry.settings) $owned)) -}}
{{- end -}}

{{- define "sluicegate.registryGrace" -}}
{{- add (int .Values.registry.preStopSeconds) (dig "stop_timeout" 30 .Values.registry.settings | int) 10 -}}
{{- end -}}

{{/* A probe with the container's port and scheme. Takes (dict "root" $ "probe" probe). */}}
{{- define "sluicegate.registryProbe" -}}
{{- $probe := deepCopy .probe -}}
{{- if $probe.httpGet -}}
{{- $_ := set $probe "httpGet" (mergeOverwrite (dict "port" "http" "scheme" (include "sluicegate.registryScheme" .root)) $probe.httpGet) -}}
{{- end -}}
{{- toYaml $probe -}}
{{- end -}}
