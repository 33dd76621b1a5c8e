{{/* KEDA: triggers of a validator and what they need to know. Each takes (dict "validator" values "full" name of its objects). */}}

{{- define "sluicegate.maxReplicas" -}}
{{- if .autoscaling.maxReplicas -}}
{{- .autoscaling.maxReplicas -}}
{{- else if .partitions -}}
{{- max 1 (div (int .partitions) (int .processes)) -}}
{{- else -}}
10
{{- end -}}
{{- end -}}

{{/* Commit markers of transactions stay in the lag for good, one in each partition. */}}
{{- define "sluicegate.activation" -}}
{{- if not (kindIs "invalid" .autoscaling.activationMessages) -}}
{{- .autoscaling.activationMessages -}}
{{- else if and .partitions (or .autoscaling.transactionalSource (eq (.settings.delivery | default "") "exactly_once")) -}}
{{- add1 (int .partitions) -}}
{{- else -}}
0
{{- end -}}
{{- end -}}

{{/* Where the validator begins without offsets, in KEDA's words. */}}
{{- define "sluicegate.offsetReset" -}}
{{- $config := .source.config | default dict -}}
{{- $own := index $config "auto.offset.reset" | default (index $config "auto_offset_reset") | default "earliest" -}}
{{- ternary "latest" "earliest" (has $own (list "latest" "largest" "end")) -}}
{{- end -}}

{{- define "sluicegate.triggers" -}}
{{- $scaling := .validator.autoscaling -}}
{{- $source := .validator.source -}}
{{- $broker := $source.broker | default "kafka" -}}
{{- $authenticated := include "sluicegate.authentication" . | trim | ne "" -}}
{{- $full := .full -}}
{{- $common := dict -}}
{{- $triggers := list -}}
{{- if eq $broker "kafka" -}}
  {{- $common = dict "bootstrapServers" $source.bootstrap "consumerGroup" $source.group "lagThreshold" ($scaling.messagesPerPod | int | toString) "activationLagThreshold" (include "sluicegate.activation" .validator) "offsetResetPolicy" (include "sluicegate.offsetReset" .validator) -}}
  {{- if kindIs "map" $source.tls -}}{{- $_ := set $common "tls" "enable" -}}{{- end -}}
  {{- with $source.sasl -}}{{- $_ := set $common "sasl" (get (dict "PLAIN" "plaintext" "SCRAM-SHA-256" "scram_sha256" "SCRAM-SHA-512" "scram_sha512" "OAUTHBEARER" "oauthbearer") .mechanism) -}}{{- end -}}
  {{- range $source.topics -}}{{- $triggers = append $triggers (dict "type" "kafka" "metadata" (merge (dict "topic" .) $common)) -}}{{- end -}}
{{- else if eq $broker "pubsub" -}}
  {{- $subscription := ternary $source.subscription (printf "projects/%s/subscriptions/%s" $source.project $source.subscription) (contains "/" $source.subscription) -}}
  {{- $triggers = list (dict "type" "gcp-pubsub" "metadata" (dict "subscriptionName" $subscription "mode" "SubscriptionSize" "value" ($scaling.messagesPerPod | int | toString) "activationValue" (include "sluicegate.activation" .validator))) -}}
{{- else if eq $broker "servicebus" -}}
  {{- $metadata := dict "messageCount" ($scaling.messagesPerPod | int | toString) "activationMessageCount" (include "sluicegate.activation" .validator) -}}
  {{- if $source.queue -}}{{- $_ := set $metadata "queueName" $source.queue -}}{{- else -}}{{- $_ := set $metadata "topicName" $source.topic -}}{{- $_ := set $metadata "subscriptionName" $source.subscription -}}{{- end -}}
  {{- with $source.namespace -}}{{- $_ := set $metadata "namespace" (splitList "." . | first) -}}{{- end -}}
  {{- $triggers = list (dict "type" "azure-servicebus" "metadata" $metadata) -}}
{{- end -}}
{{- range $triggers }}
- type: {{ .type }}
  {{- if eq .type "kafka" }}
  metricType: AverageValue
  {{- end }}
  metadata: {{- toYaml (mergeOverwrite .metadata (deepCopy $scaling.metadata)) | nindent 4 }}
  {{- if $authenticated }}
  authenticationRef:
    name: {{ $full }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The spec of the TriggerAuthentication, or nothing. */}}
{{- define "sluicegate.authentication" -}}
{{- $validator := .validator -}}
{{- $full := .full -}}
{{- $scaling := $validator.autoscaling -}}
{{- $source := $validator.source -}}
{{- $refs := list -}}
{{- range $parameter, $secret := dict "password" "source__sasl__password" "keyPassword" "source__tls__key_password" "connection" "source__connection_string" -}}
  {{- with get $validator.secrets $secret -}}
    {{- $refs = append $refs (merge (dict "parameter" $parameter) (include "sluicegate.secretRef" (dict "made" $full "name" $secret "from" .) | fromYaml)) -}}
  {{- end -}}
{{- end -}}
{{- with $source.sasl -}}
  {{- if .username -}}{{- $refs = append $refs (dict "parameter" "username" "name" (printf "%s-keda" $full) "key" "username") -}}{{- end -}}
  {{- if eq .mechanism "OAUTHBEARER" -}}
    {{- range $parameter, $key := dict "username" "client_id" "oauthTokenEndpointUri" "token_url" "scopes" "scope" -}}
      {{- if get $source.sasl $key -}}{{- $refs = append $refs (dict "parameter" $parameter "name" (printf "%s-keda" $full) "key" $key) -}}{{- end -}}
    {{- end -}}
    {{- with get $validator.secrets "source__sasl__client_secret" -}}
      {{- $refs = append $refs (merge (dict "parameter" "password") (include "sluicegate.secretRef" (dict "made" $full "name" "source__sasl__client_secret" "from" .) | fromYaml)) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- with get $validator.secrets "source__sasl__username" -}}
  {{- $refs = append $refs (merge (dict "parameter" "username") (include "sluicegate.secretRef" (dict "made" $full "name" "source__sasl__username" "from" .) | fromYaml)) -}}
{{- end -}}
{{- range $parameter, $setting := dict "ca" "ca" "cert" "certificate" "key" "key" -}}
  {{- $path := get ($source.tls | default dict) $setting | default "" -}}
  {{- if hasPrefix "/etc/sluicegate/files/" $path -}}
    {{- $parts := splitList "/" (trimPrefix "/etc/sluicegate/files/" $path) -}}
    {{- $file := get $validator.files (first $parts) | default dict -}}
    {{- if $file.secretName -}}{{- $refs = append $refs (dict "parameter" $parameter "name" $file.secretName "key" (last $parts)) -}}{{- end -}}
  {{- end -}}
{{- end -}}
{{- if and (eq ($source.broker | default "kafka") "pubsub") $validator.googleCredentials.secretName -}}
  {{- $refs = append $refs (dict "parameter" "GoogleApplicationCredentials" "name" $validator.googleCredentials.secretName "key" ($validator.googleCredentials.key | default "credentials.json")) -}}
{{- end -}}
{{- $refs = concat $refs $scaling.secretTargetRef -}}
{{- with $scaling.podIdentity }}
podIdentity:
  provider: {{ . }}
{{- end }}
{{- with $refs }}
secretTargetRef: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
