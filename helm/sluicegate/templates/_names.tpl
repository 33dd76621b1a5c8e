{{/* Names and labels. Validators are called by their key in `validators`. */}}

{{- define "sluicegate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 30 | trimSuffix "-" -}}
{{- end -}}

{{- define "sluicegate.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 30 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 30 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "sluicegate.name" .) | trunc 30 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that never change for an object: selectors are immutable. Takes (dict "root" $ "component" "registry"). */}}
{{- define "sluicegate.selector" -}}
app.kubernetes.io/name: {{ include "sluicegate.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .validator }}
sluicegate/validator: {{ . }}
{{- end }}
{{- end -}}

{{- define "sluicegate.labels" -}}
{{ include "sluicegate.selector" . }}
app.kubernetes.io/version: {{ .root.Values.image.tag | default .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: sluicegate
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "sluicegate.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "sluicegate.registryUrl" -}}
{{- if .Values.registryUrl -}}
{{- .Values.registryUrl -}}
{{- else -}}
{{- printf "%s://%s-registry:%d" (include "sluicegate.registryScheme" . | lower) (include "sluicegate.fullname" .) (int .Values.registry.service.port) -}}
{{- end -}}
{{- end -}}

{{- define "sluicegate.registryScheme" -}}
{{- ternary "HTTPS" "HTTP" (not (empty (dig "tls" "cert" "" .Values.registry.settings))) -}}
{{- end -}}

{{- define "sluicegate.serviceAccountName" -}}
{{- if .serviceAccount.create -}}
{{- .serviceAccount.name | default .default -}}
{{- else -}}
{{- .serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}
