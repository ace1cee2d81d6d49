{{- define "brood.name" -}}
{{- if contains "brood" .Release.Name }}{{ .Release.Name | trunc 63 | trimSuffix "-" }}{{ else }}{{ printf "%s-brood" .Release.Name | trunc 63 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "brood.selector" -}}
app.kubernetes.io/name: brood
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "brood.metadata" -}}
name: {{ include "brood.name" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "brood.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .Release.Service }}
  helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}
