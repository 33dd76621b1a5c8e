{{/*
Metadata of what the migration needs. Objects that must exist before the release are hooks. The bundled database is part of the
release, so there the Job is part of it, too, and tries until the database answers.
Takes (dict "root" $ "weight" "0" "annotations" map).
*/}}
{{- define "sluicegate.migrationMetadata" -}}
labels: {{- include "sluicegate.labels" (dict "root" .root "component" "migration") | nindent 2 }}
{{- $hook := dict "helm.sh/hook" "pre-install,pre-upgrade" "helm.sh/hook-weight" .weight "helm.sh/hook-delete-policy" "before-hook-creation" }}
{{- with merge (ternary (dict) $hook .root.Values.database.bundled.enabled) (.annotations | default dict) }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "sluicegate.migrationArgs" -}}
{{- list "registry" "migrate" "--config" "/etc/sluicegate/settings/registry.toml" "--phase" .Values.migrations.phase | toJson -}}
{{- end -}}

{{- define "sluicegate.migrationPod" -}}
{{- $full := include "sluicegate.fullname" . -}}
{{- $default := printf "%s-migration" $full -}}
serviceAccountName: {{ ternary $default (.Values.registry.serviceAccount.name | default "default") .Values.registry.serviceAccount.create }}
{{ include "sluicegate.podBasics" . }}
{{- with include "sluicegate.scheduling" (dict "root" $ "values" (pick .Values.registry "priorityClassName" "nodeSelector" "tolerations") "selector" "") | trim }}
{{ . }}
{{- end }}
restartPolicy: OnFailure
containers:
  - name: migrate
    image: {{ include "sluicegate.image" . }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    command: [sluicegate]
    args: {{ include "sluicegate.migrationArgs" . }}
    env:
      {{- with include "sluicegate.databaseEnv" (dict "root" $ "made" $default) | trim }}{{ . | nindent 6 }}{{ end }}
      {{- with .Values.registry.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    resources: {{- toYaml .Values.migrations.resources | nindent 6 }}
    securityContext: {{- toYaml .Values.securityContext | nindent 6 }}
    volumeMounts:
      - name: settings
        mountPath: /etc/sluicegate/settings
        readOnly: true
      - name: tmp
        mountPath: /tmp
      {{- with include "sluicegate.fileMounts" .Values.registry.files | trim }}{{ . | nindent 6 }}{{ end }}
volumes:
  - name: settings
    configMap:
      name: {{ $full }}-migration
  - name: tmp
    emptyDir: {}
  {{- with include "sluicegate.fileVolumes" .Values.registry.files | trim }}{{ . | nindent 2 }}{{ end }}
{{- end -}}
