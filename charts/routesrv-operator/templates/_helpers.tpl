{{- define "routesrv-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* At most 40 characters, so that what is appended stays within a DNS label. */}}
{{- define "routesrv-operator.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "routesrv-operator.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "routesrv-operator.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "routesrv-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "routesrv-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end }}

{{- define "routesrv-operator.labels" -}}
{{ include "routesrv-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "routesrv-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "routesrv-operator.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.create is false: name an existing one in serviceAccount.name" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "routesrv-operator.image" -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}

{{- /* Cluster-wide names carry the namespace: two releases may live in one cluster. */}}
{{- define "routesrv-operator.clusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "routesrv-operator.fullname" .) }}
{{- end }}

{{- define "routesrv-operator.routeServerRole" -}}
{{- printf "%s-route-server" (include "routesrv-operator.clusterName" .) }}
{{- end }}

{{- /* What the operator may do where RouteServerConfigs live. */}}
{{- define "routesrv-operator.namespacedRules" -}}
- apiGroups: [routesrv.dev]
  resources: [routeserverconfigs]
  # patch: only for our finalizer; spec is never written.
  verbs: [list, watch, patch]
- apiGroups: [routesrv.dev]
  resources: [routeserverconfigs/status]
  verbs: [patch]
- apiGroups: [routesrv.dev]
  # Needed to own objects where the admission plugin OwnerReferencesPermissionEnforcement is on.
  resources: [routeserverconfigs/finalizers]
  verbs: [update]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [configmaps, services, serviceaccounts]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  # Only for spec.fallback.evictStuckPods.
  resources: [pods/eviction]
  verbs: [create]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
