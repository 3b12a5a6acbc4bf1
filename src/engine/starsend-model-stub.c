#include <math.h>
#include "starsend-model.h"
#include "starsend-models.h"
struct _StarsendModel { GObject parent_instance; };
G_DEFINE_FINAL_TYPE (StarsendModel, starsend_model, G_TYPE_OBJECT)
static void starsend_model_class_init (StarsendModelClass *klass) {}
static void starsend_model_init (StarsendModel *self) {}
StarsendModel *starsend_models_get_model (StarsendModels *self, const char *name);
StarsendModel *starsend_models_get_model (StarsendModels *self, const char *name)
{
  static StarsendModel *model;
  if (name == NULL || !g_str_has_prefix (name, "kling")) return NULL;
  if (model == NULL) model = g_object_new (STARSEND_TYPE_MODEL, NULL);
  return model;
}
double starsend_model_fit_shot (StarsendModel *self, double seconds) { return ceil (seconds - 1e-6); }
double starsend_model_fit_total (StarsendModel *self, double seconds) { return MAX (3, ceil (seconds - 1e-6)); }
double starsend_model_get_max_duration (StarsendModel *self) { return 15; }
guint starsend_model_get_max_shots (StarsendModel *self) { return 6; }
