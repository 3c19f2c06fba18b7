{{- define "sync.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "sync.environment" -}}
- name: PORT
  value: '4000'
- name: METRICS_PORT
  value: '9464'
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range .Values.secretKeys }}
- name: {{ . }}_FILE
  value: /run/secrets/sync/{{ . }}
{{- end }}
{{- end -}}

{{- define "sync.containerSecurity" -}}
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
{{- end -}}
