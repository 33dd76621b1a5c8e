{{/* What the pods of all programs have in common. */}}

{{/* Takes (dict "root" $ "values" pod-values "selector" text). */}}
{{- define "sluicegate.scheduling" -}}
{{- $call := . -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .values.topologySpreadConstraints }}
topologySpreadConstraints: {{- toYaml .values.topologySpreadConstraints | nindent 2 }}
{{- else if .selector }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- $call.selector | nindent 8 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* No token, and no variables of other Services: Kubernetes would set SLUICEGATE_REGISTRY_PORT=tcp://... */}}
{{- define "sluicegate.podBasics" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- end -}}

{{/* Volume mounts of extra files. Takes a map of files. */}}
{{- define "sluicegate.fileMounts" -}}
{{- range $name, $file := . }}
{{- if $file }}
- name: file-{{ $name }}
  mountPath: /etc/sluicegate/files/{{ $name }}
  readOnly: true
{{- end }}
{{- end -}}
{{- end -}}

{{- define "sluicegate.fileVolumes" -}}
{{- range $name, $file := . }}
{{- if $file }}
- name: file-{{ $name }}
  {{- if $file.secretName }}
  secret:
    secretName: {{ $file.secretName }}
    defaultMode: 0440
  {{- else }}
  configMap:
    name: {{ $file.configMapName }}
  {{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* Annotations and labels of a pod's workload identity. */}}
{{- define "sluicegate.podLabels" -}}
{{- if hasKey (.serviceAccount.annotations | default dict) "azure.workload.identity/client-id" }}
azure.workload.identity/use: "true"
{{- end }}
{{- with .podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
