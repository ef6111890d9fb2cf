#!/usr/bin/env bash
# Writes components/monitoring/prometheus-rule.yaml: the groups of ../prometheus in the object that
# the Prometheus operator reads. Kustomize can put a file into a ConfigMap, but not parse it into an
# object; so the result is in the repository, and a test makes it again and compares.
#   ./deploy/kubernetes/make_rules.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
{
  cat <<'HEAD'
# Made by make_rules.sh of ../../../prometheus: change it there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: quartet
  namespace: quartet
  labels:
    app.kubernetes.io/name: quartet
    # What kube-prometheus-stack's Prometheus selects by: see its ruleSelector.
    release: prometheus
spec:
  groups:
HEAD
  # Every line of a group two columns further right; empty ones stay empty.
  sed -s '1,/^groups:$/d; s/^\(.\)/  \1/' ../prometheus/recording.yml ../prometheus/alerts.yml
} >components/monitoring/prometheus-rule.yaml
