{{/* What is refused at rendering, each with a sentence: which value, why, what to do. */}}

{{- define "sluicegate.checks" -}}
{{- if .Values.registry.enabled -}}
{{- include "sluicegate.checkDatabase" . -}}
{{- include "sluicegate.checkRegistry" . -}}
{{- else if not .Values.registryUrl -}}
{{- fail "registryUrl: validators need a registry, and registry.enabled is false. Set registryUrl to the address of one." -}}
{{- end -}}
{{- range $name, $own := .Values.validators -}}
{{- $validator := include "sluicegate.validator" (dict "root" $ "own" $own) | fromJson -}}
{{- if $validator.enabled -}}
{{- include "sluicegate.checkValidator" (dict "root" $ "name" $name "validator" $validator) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sluicegate.checkDatabase" -}}
{{- $database := .Values.database -}}
{{- $ways := compact (list (ternary "database.existingSecret.name" "" (not (empty $database.existingSecret.name))) (ternary "database.url" "" (not (empty $database.url))) (ternary "database.host" "" (not (empty $database.host))) (ternary "database.bundled.enabled" "" $database.bundled.enabled)) -}}
{{- if not $ways -}}
{{- fail "database: the registry needs a Postgres. Set database.existingSecret.name (a Secret with its address), or database.host and database.passwordSecret.name, or database.url; for a trial, database.bundled.enabled=true and database.bundled.password." -}}
{{- else if gt (len $ways) 1 -}}
{{- fail (printf "database: %s name more than one database. Keep one of them." (join " and " $ways)) -}}
{{- end -}}
{{- $direct := $database.direct -}}
{{- if gt (len (compact (list $direct.existingSecret.name $direct.url $direct.host))) 1 -}}
{{- fail "database.direct: existingSecret.name, url and host name more than one server. Keep one of them." -}}
{{- end -}}
{{- if and $direct.host (not $database.host) -}}
{{- fail "database.direct.host: it takes name, user and password of database.host. Set database.host to the pooler, or use database.direct.existingSecret.name." -}}
{{- end -}}
{{- if and $database.host (not $database.passwordSecret.name) -}}
{{- fail "database.passwordSecret.name: database.host needs the password of database.user. Name the Secret that holds it." -}}
{{- end -}}
{{- if and $database.bundled.enabled (not (or $database.bundled.password $database.bundled.existingSecret.name)) -}}
{{- fail "database.bundled.password: the bundled Postgres needs a password. Set it, or database.bundled.existingSecret.name." -}}
{{- end -}}
{{- $needed := include "sluicegate.connections" . | int -}}
{{- $free := sub (int $database.maxConnections) (int $database.reservedConnections) | int -}}
{{- if gt $needed $free -}}
{{- $settings := .Values.registry.settings -}}
{{- fail (printf "database.maxConnections: the registry may hold %d connections ((%v pods + 1 during an update) x %v workers x (pool.max_size %v + 1 for changes) + 1 for migrations), and %d are free (%v - %v reserved). Lower the pods, registry.settings.workers or registry.settings.pool.max_size, or raise the server's max_connections and this value." $needed (include "sluicegate.maxRegistryPods" .) (dig "workers" 1 $settings) (dig "pool" "max_size" 4 $settings) $free $database.maxConnections $database.reservedConnections) -}}
{{- end -}}
{{- end -}}

{{- define "sluicegate.checkRegistry" -}}
{{- $registry := .Values.registry -}}
{{- include "sluicegate.refuseSecrets" (dict "path" "registry.settings" "inner" "" "value" $registry.settings "secrets" "registry.secrets") -}}
{{- range list "host" "port" "database_url" "database_direct_url" "migrate" -}}
{{- if hasKey $registry.settings . -}}
{{- fail (printf "registry.settings.%s: the chart sets it. Use %s." . (get (dict "host" "registry.networkPolicy to say who may connect" "port" "registry.port" "database_url" "database" "database_direct_url" "database.direct" "migrate" "migrations") .)) -}}
{{- end -}}
{{- end -}}
{{- if and (eq (include "sluicegate.authMode" .) "none") (not (dig "auth" "allow_open" false $registry.settings)) -}}
{{- fail "registry.settings.auth: with auth.mode \"none\", every pod that reaches the registry may change every schema, and the registry does not start. Leave auth.mode out, or set registry.settings.auth.allow_open=true if that is what you want; registry.networkPolicy says which pods reach it." -}}
{{- end -}}
{{- $least := include "sluicegate.registryGrace" . | int -}}
{{- if and $registry.terminationGracePeriodSeconds (lt (int $registry.terminationGracePeriodSeconds) $least) -}}
{{- fail (printf "registry.terminationGracePeriodSeconds: %v is too short for preStopSeconds, settings.stop_timeout and 10 seconds to end. Set at least %d, or leave it out." $registry.terminationGracePeriodSeconds $least) -}}
{{- end -}}
{{- $scaling := $registry.autoscaling -}}
{{- if and $scaling.enabled (gt (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- fail (printf "registry.autoscaling.minReplicas: %v is more than the %v pods of maxReplicas." $scaling.minReplicas $scaling.maxReplicas) -}}
{{- end -}}
{{- if and $registry.ingress.enabled (not $registry.ingress.hosts) -}}
{{- fail "registry.ingress.hosts: the Ingress needs a host name." -}}
{{- end -}}
{{- if and $registry.httpRoute.enabled (not $registry.httpRoute.parentRefs) -}}
{{- fail "registry.httpRoute.parentRefs: the HTTPRoute needs a Gateway." -}}
{{- end -}}
{{- end -}}

{{- define "sluicegate.checkValidator" -}}
{{- $validator := .validator -}}
{{- $path := printf "validators.%s" .name -}}
{{- $full := include "sluicegate.validatorName" . -}}
{{- if gt (len $full) 52 -}}
{{- fail (printf "%s: the name %s is too long for Kubernetes. Shorten it, or set fullnameOverride." $path $full) -}}
{{- end -}}
{{- range $table := list "source" "destination" "settings" -}}
{{- include "sluicegate.refuseSecrets" (dict "path" $path "inner" (ternary "" $table (eq $table "settings")) "value" (get $validator $table) "secrets" (printf "%s.secrets" $path)) -}}
{{- end -}}
{{- range $table := list "source" "destination" -}}
{{- if not (get $validator $table) -}}
{{- fail (printf "%s.%s: the validator needs a %s. docs/reference/brokers describes the settings of each broker." $path $table $table) -}}
{{- end -}}
{{- end -}}
{{- range list "source" "destination" "health" -}}
{{- if hasKey $validator.settings . -}}
{{- fail (printf "%s.settings.%s: set %s.%s instead." $path . $path (ternary "port" . (eq . "health"))) -}}
{{- end -}}
{{- end -}}
{{- if dig "worker" "processes" 0 $validator.settings -}}
{{- fail (printf "%s.settings.worker.processes: set %s.processes instead." $path $path) -}}
{{- end -}}
{{- $least := add1 (add (include "sluicegate.drainSeconds" $validator | float64 | ceil) 5) | int -}}
{{- if and $validator.terminationGracePeriodSeconds (lt (int $validator.terminationGracePeriodSeconds) $least) -}}
{{- fail (printf "%s.terminationGracePeriodSeconds: %v is too short, because messages in flight get worker.drain_seconds. Set at least %d, or leave it out." $path $validator.terminationGracePeriodSeconds $least) -}}
{{- end -}}
{{- if $validator.autoscaling.enabled -}}
{{- include "sluicegate.checkScaling" (dict "path" $path "validator" $validator "least" $least) -}}
{{- end -}}
{{- end -}}

{{- define "sluicegate.checkScaling" -}}
{{- $scaling := .validator.autoscaling -}}
{{- $partitions := int .validator.partitions -}}
{{- $most := include "sluicegate.maxReplicas" .validator | int -}}
{{- $useful := div $partitions (int .validator.processes) | int | max 1 -}}
{{- if and $partitions (gt $most $useful) -}}
{{- fail (printf "%s.autoscaling.maxReplicas: %d pods of %v processes are more than %d partitions, so some would have nothing to read. Set at most %d." .path $most .validator.processes $partitions $useful) -}}
{{- end -}}
{{- if lt $most (int $scaling.minReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas: %v is more than the %d pods that there may be." .path $scaling.minReplicas $most) -}}
{{- end -}}
{{- if lt (int $scaling.cooldownPeriod) (int .least) -}}
{{- fail (printf "%s.autoscaling.cooldownPeriod: %v is not longer than worker.drain_seconds + 5. Set at least %v." .path $scaling.cooldownPeriod .least) -}}
{{- end -}}
{{- $transactions := or $scaling.transactionalSource (eq (.validator.settings.delivery | default "") "exactly_once") -}}
{{- if and $transactions (eq (int $scaling.minReplicas) 0) -}}
{{- if not $partitions -}}
{{- fail (printf "%s.partitions: with transactions every partition keeps a lag of 1, so autoscaling.minReplicas 0 needs the number of partitions. Set it, or minReplicas 1." .path) -}}
{{- else if le (include "sluicegate.activation" .validator | int) $partitions -}}
{{- fail (printf "%s.autoscaling.activationMessages: with transactions every partition keeps a lag of 1, so %v never lets the last of the pods go. Set more than %d." .path (include "sluicegate.activation" .validator) $partitions) -}}
{{- end -}}
{{- end -}}
{{- $reset := index (.validator.source.config | default dict) "auto.offset.reset" | default "earliest" -}}
{{- if not (has $reset (list "earliest" "smallest" "beginning" "latest" "largest" "end")) -}}
{{- fail (printf "%s.source.config: KEDA cannot count messages with auto.offset.reset %q. Use earliest or latest, or switch autoscaling off." .path $reset) -}}
{{- end -}}
{{- if and (eq (.validator.source.broker | default "kafka") "servicebus") (.validator.source.sessions | default 0) -}}
{{- fail (printf "%s.autoscaling: KEDA does not see messages of Service Bus sessions. Switch autoscaling off for this validator." .path) -}}
{{- end -}}
{{- end -}}
