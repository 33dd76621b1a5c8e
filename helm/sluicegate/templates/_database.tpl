{{/* The registry's database: a URL in a Secret, or its parts and a password in a Secret, or the bundled server. */}}

{{- define "sluicegate.databaseParts" -}}
{{- $full := include "sluicegate.fullname" . -}}
{{- $database := .Values.database -}}
{{- if $database.bundled.enabled -}}
host: {{ $full }}-postgres
port: 5432
name: sluicegate
user: sluicegate
options: ""
{{- else -}}
{{ toYaml (pick $database "host" "port" "name" "user" "options") }}
{{- end -}}
{{- end -}}

{{/* Variables of the environment. Takes (dict "root" $ "made" "name of the chart's own Secret for this pod"). */}}
{{- define "sluicegate.databaseEnv" -}}
{{- $database := .root.Values.database -}}
{{- if $database.existingSecret.name }}
- name: SLUICEGATE_REGISTRY_DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ $database.existingSecret.name }}
      key: {{ $database.existingSecret.key }}
{{- else if $database.url }}
- name: SLUICEGATE_REGISTRY_DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ .made }}
      key: database_url
{{- else }}
{{- $parts := include "sluicegate.databaseParts" .root | fromYaml }}
- name: SLUICEGATE_REGISTRY_DATABASE_URL
  value: {{ include "sluicegate.partsUrl" $parts | quote }}
- name: PGPASSWORD
  valueFrom:
    secretKeyRef:
      {{- if $database.bundled.enabled }}
      name: {{ $database.bundled.existingSecret.name | default (printf "%s-postgres" (include "sluicegate.fullname" .root)) }}
      key: {{ ternary $database.bundled.existingSecret.key "password" (not (empty $database.bundled.existingSecret.name)) }}
      {{- else }}
      name: {{ $database.passwordSecret.name }}
      key: {{ $database.passwordSecret.key }}
      {{- end }}
{{- end }}
{{- include "sluicegate.directEnv" . }}
{{- end -}}

{{/* The address of the server itself, behind a transaction pooler. The password of the parts is in PGPASSWORD already. */}}
{{- define "sluicegate.directEnv" -}}
{{- $database := .root.Values.database -}}
{{- $direct := $database.direct -}}
{{- if $direct.existingSecret.name }}
- name: SLUICEGATE_REGISTRY_DATABASE_DIRECT_URL
  valueFrom:
    secretKeyRef:
      name: {{ $direct.existingSecret.name }}
      key: {{ $direct.existingSecret.key }}
{{- else if $direct.url }}
- name: SLUICEGATE_REGISTRY_DATABASE_DIRECT_URL
  valueFrom:
    secretKeyRef:
      name: {{ .made }}
      key: database_direct_url
{{- else if $direct.host }}
- name: SLUICEGATE_REGISTRY_DATABASE_DIRECT_URL
  value: {{ include "sluicegate.partsUrl" (merge (pick $direct "host" "port") (pick $database "name" "user" "options")) | quote }}
{{- end }}
{{- end -}}

{{/* An address without its password. Takes host, port, name, user and options. */}}
{{- define "sluicegate.partsUrl" -}}
{{- printf "postgresql://%s@%s:%d/%s%s" (.user | urlquery) .host (int .port) (.name | urlquery) (ternary (printf "?%s" .options) "" (not (empty .options))) -}}
{{- end -}}

{{/* Connections that the registry may hold at once, as a number. One pod more runs during an update. */}}
{{- define "sluicegate.connections" -}}
{{- $settings := .Values.registry.settings -}}
{{- $pods := add1 (include "sluicegate.maxRegistryPods" . | int) -}}
{{- $workers := dig "workers" 1 $settings | int -}}
{{- $pool := dig "pool" "max_size" 4 $settings | int -}}
{{- add1 (mul $pods $workers (add1 $pool)) -}}
{{- end -}}

{{- define "sluicegate.maxRegistryPods" -}}
{{- ternary .Values.registry.autoscaling.maxReplicas .Values.registry.replicas .Values.registry.autoscaling.enabled -}}
{{- end -}}
