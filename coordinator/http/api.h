// The two APIs of the coordinator, each a Service for one listener: the public one for clients and workers'
// uploads, the admin one for operators. Loop thread.
#pragma once

#include "coordinator/http/admin_audit_routes.h"
#include "coordinator/http/admin_backup_routes.h"
#include "coordinator/http/admin_job_routes.h"
#include "coordinator/http/admin_key_routes.h"
#include "coordinator/http/admin_money_routes.h"
#include "coordinator/http/admin_overview_routes.h"
#include "coordinator/http/admin_tenant_routes.h"
#include "coordinator/http/admin_webhook_routes.h"
#include "coordinator/http/admin_worker_routes.h"
#include "coordinator/http/audio_route.h"
#include "coordinator/http/job_routes.h"
#include "coordinator/http/music_routes.h"
#include "coordinator/http/service.h"
#include "coordinator/http/system_routes.h"
#include "coordinator/http/upload_route.h"
#include "coordinator/http/vendor_routes.h"

namespace musicfleet::http {

struct ApiOptions {
  std::string software_version;
  std::string public_url;  // before the paths in answers: "https://music.example", without a slash at the end
  std::chrono::milliseconds event_heartbeat{15'000};
  bool page = false;        // of the public API: the page at / and /docs
  MusicOptions music = {};  // of the public API
  // Of the public API: what goes on to ElevenLabs, and by whom, who outlives the API.
  PassOnDesk* pass_on_desk = nullptr;
  std::set<VendorService> pass_on = {};
};

class PublicApi {
 public:
  PublicApi(Backend& backend, const IntakeDesk& intake, FilePool& pool, ApiOptions options);

  Service& service() { return service_; }

 private:
  std::vector<Route> routes(const ApiOptions& options);

  SystemRoutes system_;
  JobRoutes jobs_;
  AudioRoute audio_;
  MusicRoutes music_;
  VendorRoutes vendor_;
  UploadRoute uploads_;
  std::string openapi_;
  Service service_;
};

// Whom the operators' routes ask, an area each; all of them outlive the API.
struct AdminDesks {
  Backend& backend;
  KeyDesk& keys;
  JobDesk& jobs;
  AuditDesk& audit;
  WorkerDesk& workers;
  WebhookDesk& webhooks;
  IntakeDesk& intake;
  OverviewDesk& overview;
  DrainDesk& drains;
  TenantDesk& tenants;
  RemovalDesk& removals;
  BackupDesk& backups;
  MoneyDesk& money;
};

class AdminApi {
 public:
  AdminApi(AdminDesks desks, ApiOptions options);

  Service& service() { return service_; }

 private:
  std::vector<Route> routes(const ApiOptions& options);

  SystemRoutes system_;
  AdminKeyRoutes keys_;
  AdminWorkerRoutes workers_;
  AdminJobRoutes jobs_;
  AdminAuditRoutes audit_;
  AdminWebhookRoutes webhooks_;
  AdminOverviewRoutes overview_;
  AdminTenantRoutes tenants_;
  AdminBackupRoutes backups_;
  AdminMoneyRoutes money_;
  std::string openapi_;
  Service service_;
};

}  // namespace musicfleet::http
