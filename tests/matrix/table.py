"""The table of the oracle: who may call what, about which rows, under which rule, with which answer.

Letters and answers are explained in tests/matrix/oracle.py. Written by hand; an endpoint that is missing fails a test.
"""

TABLE = """
# endpoint               method  who         of what                                    rule        answer
# --- the outside ------------------------------------------------------------------------------------------------
health.live              GET     everybody   -                                          -           ok
health.ready             GET     everybody   -                                          -           503
home.index               GET     everybody   -                                          -           ok
public.index             GET     everybody   -                                          -           ok
public.agreement         GET     everybody   -                                          -           ok
public.help              GET     everybody   -                                          -           ok
public.help_page         GET     everybody   page                                       known       ok
public.verify            GET     everybody   -                                          -           ok
public.verify_typed      POST    everybody   -                                          -           fault
public.verify_one        GET     everybody   paper                                      known       ok
public.verify_file       POST    everybody   paper                                      known       fault
static                   GET     everybody   file                                       known       ok
admin.static             GET     everybody   file                                       known       ok
auth.login               GET     everybody   -                                          -           ok
auth.login               POST    everybody   -                                          -           fault
auth.sms_login           GET     everybody   -                                          -           ok
auth.sms_login           POST    everybody   -                                          -           fault
auth.forgot              GET     everybody   -                                          -           ok
auth.forgot              POST    everybody   -                                          -           fault
auth.register            GET     everybody   -                                          -           ok
auth.register            POST    everybody   -                                          -           fault
auth.registered          GET     everybody   -                                          -           login
auth.picture             GET     everybody   -                                          -           ok
auth.puzzle              GET     everybody   -                                          -           ok
auth.puzzle_check        POST    everybody   -                                          -           fault
auth.send_code           POST    everybody   -                                          -           fault
auth.locale              POST    everybody   -                                          -           ok
# --- everybody's own ----------------------------------------------------------------------------------------------
auth.logout              POST    EGRFBSYCAN  -                                          -           login
auth.change_password     GET     EGRFBSYCAN  -                                          -           ok
auth.change_password     POST    EGRFBSYCAN  -                                          -           fault
auth.sessions            GET     EGRFBSYCA   -                                          -           ok
auth.sessions            POST    EGRFBSYCA   -                                          -           ok
auth.inbox               GET     EGRFBSYCA   -                                          -           ok
auth.inbox               POST    EGRFBSYCA   -                                          -           ok
home.keep_alive          GET     EGRFBSYCAN  -                                          -           ok
home.tasks               GET     EGRFBSYCA   -                                          -           ok
home.tasks_export        GET     EGRFBSYCA   -                                          -           ok
admin.index              GET     EGRFBSYCA   -                                          -           ok
home.search              GET     GRF         -                                          -           ok
# --- the expert's own ---------------------------------------------------------------------------------------------
portal.workstation       GET     E           -                                          -           ok
portal.information       GET     E           -                                          -           ok
portal.information       POST    E           -                                          information ok
portal.autosave          POST    E           -                                          information ok
portal.add_specialty     POST    E           -                                          information ok
portal.upload            POST    E           -                                          -           fault
portal.remove_specialty  POST    E           none                                       own         404
portal.remove_attachment POST    E           attachment                                 own         ok
portal.declare           GET     E           -                                          -           ok
portal.declare           POST    E           -                                          declaration ok
portal.application       GET     E           application application_waiting            own         ok
portal.withdraw          GET     E           application application_waiting            own         ok
portal.withdraw          POST    E           application_waiting                        own         ok
portal.certificates      GET     E           -                                          -           ok
portal.certificate       GET     E           certificate                                own         ok
portal.export            GET     E           -                                          -           ok
# --- experts and cases --------------------------------------------------------------------------------------------
experts.detail           GET     GRF         expert waiting_expert                      case        ok
experts.history          GET     GRF         expert waiting_expert                      case        ok
experts.export_word      GET     GRF         expert                                     case        ok
experts.reveal_page      GET     GRF         expert                                     case        ok
experts.reveal           POST    GRF         expert                                     case        ok
experts.reset_password   GET     GRFBS       expert                                     case        ok
experts.correct          GET     R           expert waiting_expert                      approved    ok
experts.correct          POST    R           expert waiting_expert                      approved    fault
attachments.download     GET     EGRF        attachment                                 case        ok
reviews.review           GET     GRF         review_filed review_waiting review_passed  case        ok
reviews.history          GET     GRF         review_filed review_waiting                case        ok
reviews.decide           POST    R           review_waiting review_waiting_province     verdict     ok
reviews.file_page        GET     F           review_passed review_passed_province       body        ok
reviews.file             POST    F           review_passed review_passed_province       body        ok
reviews.file_many        GET     F           ids                                        batch       ok
reviews.file_chosen      POST    F           -                                          -           ok
certificates.detail      GET     GRF         certificate                                case        ok
certificates.pdf         GET     EGRF        certificate                                case        ok
certificates.terminate   GET     R           certificate                                department  ok
certificates.end         POST    R           certificate                                department  ok
# --- accounts -----------------------------------------------------------------------------------------------------
accounts.detail          GET     BSYC        expert_account official_account admin      account     ok
accounts.reset           GET     GRFBSY      expert_account official_account admin      above       ok
accounts.reset           POST    GRFBSY      expert_account official_account admin      above       ok
accounts.unlock          POST    GRFBSY      expert_account official_account admin      above       409
accounts.disable         POST    BY          expert_account official_account admin      above       ok
accounts.enable          POST    BY          expert_account official_account admin      above       409
accounts.create          GET     BY          -                                          -           ok
accounts.create          POST    BY          -                                          -           fault
accounts.grant           POST    C           official_account                           account     ok
accounts.revoke          POST    C           official_account                           account     ok
# --- generated lists ----------------------------------------------------------------------------------------------
expert.index_view        GET     GRF         -                                          list        ok
expert.export            GET     GRF         csv                                        known       ok
expert.action_view       POST    GRF         rows                                       rows        ok
review.index_view        GET     GRF         -                                          list        ok
review.export            GET     GRF         csv                                        known       ok
filing.index_view        GET     GRF         -                                          list        ok
filing.export            GET     GRF         csv                                        known       ok
filing.action_view       POST    F           rows                                       rows        ok
application.index_view   GET     GRF         -                                          list        ok
application.export       GET     GRF         csv                                        known       ok
certificate.index_view   GET     GRF         -                                          list        ok
certificate.export       GET     GRF         csv                                        known       ok
account.index_view       GET     BSYC        -                                          list        ok
role_grant.index_view    GET     C           -                                          list        ok
role_grant.create_view   GET     C           -                                          -           ok
role_grant.create_view   POST    C           -                                          -           ok
role_grant.delete_view   POST    C           role_grant                                 account     ok
role_grant.ajax_lookup   GET     C           lookup:account                             known       ok
outbox.index_view        GET     S           -                                          list        ok
outbox.details_view      GET     S           outbox                                     account     ok
audit.index_view         GET     A           -                                          list        ok
audit.details_view       GET     A           audit_entry                                audit       ok
audit.export             GET     A           csv                                        known       ok
organisation.index_view  GET     GRFB        -                                          list        ok
organisation.create_view GET     B           -                                          -           ok
organisation.create_view POST    B           -                                          -           ok
organisation.edit_view   GET     B           organisation                               reference   ok
organisation.edit_view   POST    B           organisation                               reference   ok
organisation.ajax_lookup GET     B           lookup:region                              known       ok
department.index_view    GET     GRFB        -                                          list        ok
department.create_view   GET     B           -                                          -           ok
department.create_view   POST    B           -                                          -           ok
department.edit_view     GET     B           department                                 reference   ok
department.edit_view     POST    B           department                                 reference   ok
department.ajax_lookup   GET     B           lookup:organisation                        known       ok
taxonomy.index_view      GET     GRFB        -                                          list        ok
taxonomy.export          GET     GRFB        csv                                        known       ok
taxonomy.create_view     GET     B           -                                          programme   ok
taxonomy.create_view     POST    B           -                                          programme   ok
taxonomy.edit_view       GET     B           taxonomy                                   programme   ok
taxonomy.edit_view       POST    B           taxonomy                                   programme   ok
taxonomy.delete_view     POST    B           taxonomy                                   programme   ok
taxonomy.retire_view     POST    B           taxonomy                                   programme   ok
taxonomy.ajax_lookup     GET     B           lookup:parent                              known       ok
region.index_view        GET     GRFBY       -                                          list        ok
region.create_view       GET     BY          -                                          programme   ok
region.create_view       POST    BY          -                                          programme   ok
region.edit_view         GET     BY          region                                     programme   ok
region.edit_view         POST    BY          region                                     programme   ok
parameter.index_view     GET     GRFBY       -                                          list        ok
parameter.export         GET     GRFBY       csv                                        known       ok
parameter.create_view    GET     BY          -                                          programme   ok
parameter.create_view    POST    BY          -                                          programme   ok
parameter.edit_view      GET     BY          parameter                                  programme   ok
parameter.edit_view      POST    BY          parameter                                  programme   ok
parameter.delete_view    POST    BY          parameter                                  programme   ok
calendar.index_view      GET     GRFBY       -                                          list        ok
calendar.create_view     GET     BY          -                                          programme   ok
calendar.create_view     POST    BY          -                                          programme   ok
calendar.edit_view       GET     BY          calendar                                   programme   ok
calendar.edit_view       POST    BY          calendar                                   programme   ok
message_template.index_view GET  BY          -                                          list        ok
message_template.edit_view  GET  BY          message_template                           programme   ok
message_template.edit_view  POST BY          message_template                           programme   ok
programme.index_view     GET     GRFBY       -                                          list        ok
programme.edit_view      GET     BY          programme                                  programme   ok
programme.edit_view      POST    BY          programme                                  programme   ok
"""

CLOSED = """
expert            create_view edit_view delete_view details_view ajax_lookup ajax_update
review            create_view edit_view delete_view details_view ajax_lookup ajax_update action_view
filing            create_view edit_view delete_view details_view ajax_lookup ajax_update
application       create_view edit_view delete_view details_view ajax_lookup ajax_update action_view
certificate       create_view edit_view delete_view details_view ajax_lookup ajax_update action_view
account           create_view edit_view delete_view details_view ajax_lookup ajax_update action_view export
role_grant        edit_view details_view ajax_update action_view export
outbox            create_view edit_view delete_view ajax_lookup ajax_update action_view export
audit             create_view edit_view delete_view ajax_lookup ajax_update action_view
organisation      delete_view details_view ajax_update action_view export
department        delete_view details_view ajax_update action_view export
taxonomy          details_view ajax_update action_view
region            delete_view details_view ajax_lookup ajax_update action_view export
parameter         details_view ajax_lookup ajax_update action_view
calendar          delete_view details_view ajax_lookup ajax_update action_view export
message_template  create_view delete_view details_view ajax_lookup ajax_update action_view export
programme         create_view delete_view details_view ajax_lookup ajax_update action_view export
"""
"""Pages Flask-Admin brings along that nobody may use: whatever the role, 403."""
