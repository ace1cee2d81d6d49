#include "rpc/records/audit_event.h"

#include "rpc/records/message_text.h"

namespace brood {

void writeEvent(const AuditEvent& event, rpc::AuditEvent::Builder out) {
  out.setNumber(event.number);
  out.setTimeMs(event.time);
  out.setKind(asText(event.kind));
  out.setVerdict(asText(event.verdict));
  out.setTenant(asText(event.tenant));
  out.setKeyId(asText(event.keyId));
  out.setRequestId(asText(event.requestId));
  out.setPeer(asText(event.peer));
  out.setJobId(asText(event.jobId));
  out.setSessionId(asText(event.sessionId));
  out.setLanguage(asText(event.language));
  out.setProfile(asText(event.profile));
  out.setCodeSha256(asText(event.codeSha256));
  out.setDetail(asText(event.detail));
  out.setHasExitCode(event.exitCode.has_value());
  out.setExitCode(event.exitCode.value_or(0));
  out.setCpuMicros(event.cpuMicros);
  out.setWallMicros(event.wallMicros);
  out.setPeakMemoryBytes(event.peakMemoryBytes);
  out.setEgressUpBytes(event.egressUpBytes);
  out.setEgressDownBytes(event.egressDownBytes);
  writeTexts(event.hosts, out.initHosts(static_cast<unsigned>(event.hosts.size())));
  writeTexts(event.deniedHosts,
             out.initDeniedHosts(static_cast<unsigned>(event.deniedHosts.size())));
  out.setLost(event.lost);
}

AuditEvent readEvent(rpc::AuditEvent::Reader event) {
  AuditEvent result;
  result.number = event.getNumber();
  result.time = event.getTimeMs();
  result.kind = asString(event.getKind());
  result.verdict = asString(event.getVerdict());
  result.tenant = asString(event.getTenant());
  result.keyId = asString(event.getKeyId());
  result.requestId = asString(event.getRequestId());
  result.peer = asString(event.getPeer());
  result.jobId = asString(event.getJobId());
  result.sessionId = asString(event.getSessionId());
  result.language = asString(event.getLanguage());
  result.profile = asString(event.getProfile());
  result.codeSha256 = asString(event.getCodeSha256());
  result.detail = asString(event.getDetail());
  if (event.getHasExitCode()) result.exitCode = event.getExitCode();
  result.cpuMicros = event.getCpuMicros();
  result.wallMicros = event.getWallMicros();
  result.peakMemoryBytes = event.getPeakMemoryBytes();
  result.egressUpBytes = event.getEgressUpBytes();
  result.egressDownBytes = event.getEgressDownBytes();
  for (auto host : event.getHosts()) result.hosts.push_back(asString(host));
  for (auto host : event.getDeniedHosts()) result.deniedHosts.push_back(asString(host));
  result.lost = event.getLost();
  return result;
}

}  // namespace brood
